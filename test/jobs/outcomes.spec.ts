import { Injectable } from '@nestjs/common';
import {
  defineJob,
  JobService,
  OnJobEvent,
  PermanentJobError,
  ProcessesJob,
  RetryJobError,
  SnoozeJobError,
  type Job,
  type JobContext,
  type JobEvent,
  type JobProcessor,
} from '@monstera/jobs';
import { z } from 'zod';
import { eventually } from '../support/index.js';
import { startHost, type Host } from './host.js';
import { useDatabase } from '../support/use-database.js';

const scripted = defineJob({
  type: 'scripted',
  payload: z.object({ script: z.string(), loud: z.boolean().default(false) }),
  retry: { type: 'fixed', initialDelayMs: 20 },
});

type Handler = (job: Job<typeof scripted>, context: JobContext) => unknown;

const handlers = new Map<string, Handler>();
const events: JobEvent[] = [];

@Injectable()
@ProcessesJob(scripted)
class ScriptedProcessor implements JobProcessor<typeof scripted> {
  async process(job: Job<typeof scripted>, context: JobContext): Promise<unknown> {
    return handlers.get(job.payload.script)!(job, context);
  }
}

@Injectable()
class Listener {
  @OnJobEvent('failed')
  failed(event: JobEvent) {
    events.push(event);
    throw new Error('a listener that throws changes nothing');
  }

  @OnJobEvent('snoozed', { type: 'scripted' })
  snoozed(event: JobEvent) {
    events.push(event);
  }

  @OnJobEvent('completed', { type: 'another_type' })
  anotherType(event: JobEvent) {
    events.push(event);
  }
}

describe('a run ends', () => {
  const database = useDatabase();
  let host: Host;
  let jobs: JobService;

  beforeAll(async () => {
    database.closeFirst(() => host.close());
    host = await startHost({
      url: database.url,
      providers: [ScriptedProcessor, Listener],
      jobs: { abortGraceMs: 200, pollIntervalMs: 500 },
    });
    jobs = host.jobs;
  });

  beforeEach(() => {
    handlers.clear();
    events.length = 0;
  });

  async function run(handler: Handler, options: Parameters<JobService['enqueue']>[2] = {}) {
    handlers.set('it', handler);
    return jobs.enqueue(scripted, { script: 'it' }, options);
  }

  const until = (id: string, expected: object) =>
    eventually(async () => expect(await jobs.get(id)).toMatchObject(expected), { timeoutMs: 8_000, intervalMs: 10 });

  it('completed, with what the handler returned as the result, and the schema’s defaults in the payload', async () => {
    const { id } = await run((job) => ({ loud: job.payload.loud, attempt: job.attempt }));
    await until(id, { status: 'completed', result: { loud: false, attempt: 1 }, progress: null });
  });

  it('retried until it works, each failed attempt recorded', async () => {
    const { id } = await run((job) => {
      if (job.attempt < 3) throw new Error(`attempt ${job.attempt} failed`);
    });
    await until(id, { status: 'completed', attempts: 3 });
    const { failures } = (await jobs.get(id))!;
    expect(failures.map(({ attempt, error }) => [attempt, error.split('\n')[0]])).toEqual([
      [1, 'Error: attempt 1 failed'],
      [2, 'Error: attempt 2 failed'],
    ]);
  });

  it('failed once its attempts are used up, and listeners hear of it', async () => {
    const { id } = await run(
      () => {
        throw new Error('never works');
      },
      { maxAttempts: 2 },
    );
    await until(id, { status: 'failed', attempts: 2, error: expect.stringContaining('never works') as string });
    await eventually(() => expect(events).toHaveLength(1));
    expect(events[0]).toMatchObject({ name: 'failed', id, attempt: 2, error: 'Error: never works' });
  });

  it('failed at once on a permanent error, whatever attempts are left', async () => {
    const { id } = await run(() => {
      throw new PermanentJobError('no such mailbox');
    });
    await until(id, { status: 'failed', attempts: 1, maxAttempts: 5 });
  });

  it('retried after exactly the time that the error asks for', async () => {
    const { id } = await run((job) => {
      if (job.attempt === 1) throw new RetryJobError('busy', 700);
    });
    await until(id, { status: 'completed', attempts: 2 });
    const delays = await host.dataSource.query<{ ms: number }[]>(
      `select extract(epoch from j.scheduled_at - f.failed_at)::float8 * 1000 as ms
       from jobs j join job_failures f on f.job_id = j.id where j.id = $1`,
      [id],
    );
    expect(delays).toEqual([{ ms: 700 }]);
    const { failures, startedAt } = (await jobs.get(id))!;
    expect(startedAt!.getTime() - failures[0]!.failedAt.getTime()).toBeGreaterThanOrEqual(699);
  });

  it('snoozed without using up an attempt', async () => {
    let starts = 0;
    const { id } = await run(
      () => {
        if (++starts <= 2) throw new SnoozeJobError(30);
      },
      { maxAttempts: 1 },
    );
    await until(id, { status: 'completed', attempts: 1 });
    expect(starts).toBe(3);
    await eventually(() => expect(events.map(({ name }) => name)).toEqual(['snoozed', 'snoozed']));
  });

  it('by its timeout, which aborts the signal and counts as a failed attempt', async () => {
    const reasons: unknown[] = [];
    const { id } = await run(
      (job, { signal }) =>
        job.attempt > 1 ||
        new Promise((_, reject) => {
          signal.addEventListener('abort', () => {
            reasons.push((signal.reason as { code: string }).code);
            reject(new Error('aborted by the client library'));
          });
        }),
      { timeoutMs: 100 },
    );
    await until(id, { status: 'completed', attempts: 2 });
    expect(reasons).toEqual(['timeout']);
    expect((await jobs.get(id))!.failures[0]!.error).toContain('Timed out after 100 ms');
  });

  it('by its timeout even if the handler ignores the signal: it is left behind and its slot freed', async () => {
    const release = withResolvers();
    const { id } = await run((job) => (job.attempt > 1 ? undefined : release.promise), { timeoutMs: 50 });
    await until(id, { status: 'completed', attempts: 2 });
    release.resolve();
  });

  it('cancelled while it runs, from any process, through the signal', async () => {
    const { id } = await run((_, { signal }) => new Promise((__, reject) => signal.addEventListener('abort', reject)));
    await until(id, { status: 'processing' });
    expect(await jobs.cancel(id)).toEqual({ id, status: 'processing' });
    await until(id, { status: 'cancelled', attempts: 1 });
  });

  it('failed for good if its payload no longer fits the schema', async () => {
    const [row] = await host.dataSource.query<{ id: string }[]>(
      `insert into jobs (type, payload) values ('scripted', '{"script": 7}') returning id`,
    );
    await until(row!.id, { status: 'failed', attempts: 1, error: expect.stringContaining('payload.script') as string });
  });

  it('completed without its result, and its neighbours unharmed, if that cannot be stored', async () => {
    handlers.set('bad', () => ({ nested: [{ text: 'nul \u0000 byte' }] }));
    handlers.set('good', () => 'fine');
    const enqueued = await jobs.enqueueMany(
      scripted,
      ['bad', 'good', 'good', 'good'].map((script) => ({ payload: { script } })),
    );
    const [bad, ...good] = enqueued.map(({ id }) => id);
    const error = expect.stringContaining('its result was not stored: it has the character U+0000') as string;
    await until(bad!, { status: 'completed', attempts: 1, result: null, error, failures: [] });
    for (const id of good) await until(id, { status: 'completed', result: 'fine', error: null });
  });

  it.each([
    ['nothing', undefined],
    ['a string', 'oops \u0000'],
    ['an object without prototype', Object.create(null)],
    [
      'an error with a hostile stack',
      Object.defineProperty(new Error('x'), 'stack', {
        get: () => {
          throw new Error();
        },
      }),
    ],
  ])('failed with a readable error when the handler throws %s', async (_, thrown) => {
    const { id } = await run(
      () => {
        throw thrown;
      },
      { maxAttempts: 1 },
    );
    await until(id, { status: 'failed', attempts: 1 });
    expect((await jobs.get(id))!.error!.length).toBeGreaterThan(5);
  });

  it('with its last progress stored', async () => {
    const { id } = await run((_, { progress }) => {
      progress(40);
      progress(100);
    });
    await until(id, { status: 'completed' });
    await until(id, { progress: 100 });
  });
});

function withResolvers() {
  let resolve = () => {};
  const promise = new Promise<void>((done) => (resolve = done));
  return { promise, resolve };
}
