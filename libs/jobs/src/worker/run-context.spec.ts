import { Logger } from '@nestjs/common';
import { claimedRow } from '../../../../test/support/claimed-row.js';
import { RunContext } from './run-context.js';
import { RunningJob } from './running-job.js';

const LEVELS = ['log', 'error', 'warn', 'debug', 'verbose', 'fatal'] as const;

describe('the context of a job', () => {
  let nowMs: number;
  let stored: number[];
  let running: RunningJob;

  beforeEach(() => {
    nowMs = 1_000;
    jest.spyOn(performance, 'now').mockImplementation(() => nowMs);
    stored = [];
    running = new RunningJob(0, claimedRow({ type: 'greet', attempts: 3 }));
  });

  afterEach(() => {
    jest.restoreAllMocks();
  });

  const context = () =>
    new RunContext(running, {
      storeProgress: (job, percent) => void stored.push(job === running ? percent : Number.NaN),
      completeIn: () => Promise.reject(new Error('not asked for here')),
    });

  it('has the attempt, the signal of the run, and a key that stays the same for every attempt', () => {
    const { attempt, signal, idempotencyKey } = context();
    expect([attempt, idempotencyKey]).toEqual([3, running.id]);
    running.abort('cancelled');
    expect(signal.reason).toMatchObject({ code: 'cancelled' });
  });

  it('stores the first progress at once and then at most one a second', () => {
    const { progress } = context();
    for (let percent = 10; percent < 100; percent += 10, nowMs += 250) progress(percent);
    expect(stored).toEqual([10, 50, 90]);
  });

  it('always stores the last progress', () => {
    const { progress } = context();
    progress(1);
    progress(100);
    expect(stored).toEqual([1, 100]);
  });

  it.each([
    [-5, 0],
    [49.6, 50],
    [250, 100],
    [Number.NaN, 0],
  ])('stores a progress of %d as %d', (given, percent) => {
    context().progress(given);
    expect(stored).toEqual([percent]);
  });

  it.each(LEVELS)('logs with the job’s type as context and its id on each line (%s)', (level) => {
    const lines: unknown[] = [];
    jest.spyOn(Logger.prototype, level).mockImplementation(function (this: Logger, ...line: unknown[]) {
      lines.push([(this as unknown as { context: string }).context, ...line]);
    });
    context().logger[level]?.('three left', { mails: 3 });
    expect(lines).toEqual([['greet', 'three left', { mails: 3 }, { jobId: running.id }]]);
  });
});
