import { z } from 'zod';
import { defineJob } from '../job/job-definition.js';
import type { RegisteredProcessor } from '../handle/definition.registry.js';
import { Deadlines } from './deadlines.js';
import { runJob } from './run-job.js';
import type { RunningJob } from '../slots/running-job.js';
import { runningJob } from '../../../../test/support/running-job.js';
import { systemClock } from '../support/time/clock.js';

const greet = defineJob({ type: 'greet', payload: z.object({}) });

describe('a run', () => {
  let abandoned: number;
  let endings: number;
  let running: RunningJob;
  let deadlines: Deadlines;
  let isBusy: boolean;
  let later: (() => void)[];

  beforeEach(() => {
    deadlines = new Deadlines(() => [], systemClock);
    abandoned = 0;
    isBusy = false;
    later = [];
    endings = 0;
    running = runningJob();
  });

  afterEach(() => deadlines.stop());

  function run(process: () => Promise<unknown>): Promise<unknown> {
    const registered = { definition: greet, processor: { process } } as unknown as RegisteredProcessor;
    return new Promise((resolve) =>
      runJob(running, registered, {
        limits: { abortGraceMs: 20, maxResultBytes: 1_000 },
        deadlines,
        load: { makeOutcome: (make) => (isBusy ? void later.push(make) : make()) },
        completeIn: () => Promise.reject(new Error('not asked for here')),
        storeProgress: () => Promise.resolve(),
        openLog: (): never => {
          throw new Error('not asked for here');
        },
        redact: (text) => text,
        onStart: () => {},
        onAbandoned: () => void abandoned++,
        onEnded: (_, outcome) => {
          endings++;
          resolve(outcome);
        },
      }),
    );
  }

  it('that is aborted after its end is not abandoned, but its signal is aborted', async () => {
    expect(await run(() => Promise.resolve())).toMatchObject({ kind: 'completed' });
    running.abort('lease-lost');
    let called = 0;
    running.whenAborted({ aborted: () => void called++ });
    await new Promise((resolve) => setTimeout(resolve, 60));
    expect([abandoned, called]).toEqual([0, 0]);
    expect(running.signal.aborted).toBe(true);
  });

  it('whose handler throws synchronously ends asynchronously, as one that rejects', async () => {
    const ended = run(() => {
      throw new Error('at once');
    });
    expect(endings).toBe(0);
    expect(await ended).toMatchObject({ kind: 'retried', error: expect.stringContaining('at once') as string });
    expect(endings).toBe(1);
  });

  it('that ignores its abort is abandoned after the grace period', async () => {
    const ended = run(() => new Promise(() => {}));
    running.abort('cancelled');
    expect(await ended).toMatchObject({ kind: 'cancelled' });
    expect(abandoned).toBe(1);
  });

  it('that ends while its worker is busy is decided later, by how it ended', async () => {
    isBusy = true;
    const ended = run(() => Promise.resolve('done'));
    await new Promise((resolve) => setImmediate(resolve));
    expect([endings, later.length]).toEqual([0, 1]);
    running.abort('timeout');
    await new Promise((resolve) => setTimeout(resolve, 60));
    later[0]!();
    expect(await ended).toEqual({ kind: 'completed', resultJson: '"done"' });
    expect([endings, abandoned]).toEqual([1, 0]);
  });

  it('that has no result is decided at once, even if its worker is busy', async () => {
    isBusy = true;
    expect(await run(() => Promise.resolve())).toMatchObject({ kind: 'completed' });
  });
});
