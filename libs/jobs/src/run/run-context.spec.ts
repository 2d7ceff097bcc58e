import { Logger } from '@nestjs/common';
import { InvalidJobOptionError } from '../job/job.errors.js';
import type { Progress } from '../job/progress.js';
import { redactSecrets } from '../job/text/redact-secrets.js';
import { RunLog, type LogLine } from '../slots/run-log.js';
import { RunContext } from './run-context.js';
import type { RunningJob } from '../slots/running-job.js';
import { systemClock } from '../support/time/clock.js';
import { runningJob } from '../../../../test/support/running-job.js';

const LEVELS = ['log', 'error', 'warn', 'debug', 'verbose', 'fatal'] as const;

/** A log that hands on each line. */
function logOf(onLine: (line: LogLine) => void): RunLog {
  const added = (log: RunLog) => onLine(log.lines.at(-1)!);
  const sink = { reserve: () => true, release: () => {}, hurry: () => {}, added };
  return new RunLog({ shard: 0, id: '', run: 1, attempt: 1 }, sink, systemClock);
}

describe('the context of a job', () => {
  let stored: Progress[];
  let logged: [message: string, fields: string | null][];
  let running: RunningJob;

  beforeEach(() => {
    stored = [];
    logged = [];
    running = runningJob({ type: 'greet', attempts: 3 });
  });

  afterEach(() => {
    jest.restoreAllMocks();
  });

  const context = () =>
    new RunContext(running, {
      storeProgress: (job, progress) => {
        if (job === running) stored.push(progress);
        return Promise.resolve();
      },
      openLog: () => logOf(({ message, fields }) => logged.push([message, fields])),
      redact: redactSecrets,
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
    expect(stored).toEqual([{ percent, note: null }]);
  });

  it('stores a note without secrets, in at most 200 characters', () => {
    context().progress({ percent: 50, note: `password=hunter2 \u0000\ud800${'é'.repeat(300)}` });
    expect(stored).toHaveLength(1);
    const { percent, note } = stored[0]!;
    expect([percent, note!.length]).toEqual([50, 200]);
    expect(note).toMatch(/^password=\*\*\* \\u0000\ufffdé+…$/);
  });

  it.each([
    Number.NaN,
    Infinity,
    '50',
    undefined,
    null,
    {},
    { percent: '5' },
    { percent: 1, note: 7 },
    { percent: 1, n: '' },
  ])('refuses a progress of %p', (given) => {
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

  it('logs a line with its fields as JSON, whatever it is given', () => {
    const { log } = context();
    log('half of it', {
      rows: 12n,
      at: new Date(0),
      error: new TypeError('no'),
      token: 'abc',
      deep: { list: [1, NaN] },
    });
    log('none');
    log({ not: 'a text' } as never, 'no object' as never);
    expect(logged).toEqual([
      [
        'half of it',
        '{"rows":"12","at":"1970-01-01T00:00:00.000Z","error":"TypeError: no","token":"***","deep":{"list":[1,"NaN"]}}',
      ],
      ['none', null],
      ["{ not: 'a text' }", '{"value":"no object"}'],
    ]);
  });
});
