import { Logger } from '@nestjs/common';
import { InvalidJobOptionError } from '../job/job.errors.js';
import { RunContext } from './run-context.js';
import type { RunningJob } from '../slots/running-job.js';
import { runningJob } from '../../../../test/support/running-job.js';

const LEVELS = ['log', 'error', 'warn', 'debug', 'verbose', 'fatal'] as const;

describe('the context of a job', () => {
  let stored: number[];
  let running: RunningJob;

  beforeEach(() => {
    stored = [];
    running = runningJob({ type: 'greet', attempts: 3 });
  });

  afterEach(() => {
    jest.restoreAllMocks();
  });

  const context = () =>
    new RunContext(running, {
      storeProgress: (job, percent) => {
        stored.push(job === running ? percent : Number.NaN);
        return Promise.resolve();
      },
      completeIn: () => Promise.reject(new Error('not asked for here')),
    });

  it('has the attempt, the signal of the run, and a key that stays the same for every attempt', () => {
    const { attempt, signal, idempotencyKey } = context();
    expect([attempt, idempotencyKey]).toEqual([3, running.id]);
    running.abort('cancelled');
    expect(signal.reason).toMatchObject({ code: 'cancelled' });
  });

  it.each([
    [-5, 0],
    [49.6, 50],
    [250, 100],
  ])('stores a progress of %d as %d', (given, percent) => {
    context().progress(given);
    expect(stored).toEqual([percent]);
  });

  it.each([Number.NaN, Infinity, '50', undefined, null])('refuses a progress of %p', (given) => {
    const { progress } = context();
    expect(() => progress(given as number)).toThrow(InvalidJobOptionError);
    expect(stored).toEqual([]);
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
