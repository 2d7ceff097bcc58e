import { Injectable, Logger } from '@nestjs/common';
import { defineJob, ProcessesJob, type Job, type JobContext, type JobProcessor } from '@monstera/jobs';
import fc from 'fast-check';
import { z } from 'zod';
import { eventually } from '../support/index.js';
import { useHost } from './use-host.js';

const open = defineJob({
  type: 'open',
  payload: z.record(z.string(), z.unknown()),
  maxAttempts: 15,
  retry: { type: 'fixed', initialDelayMs: 1, jitter: 0 },
});

type Handler = (payload: Record<string, unknown>, context: JobContext) => unknown;
let handler: Handler;

@Injectable()
@ProcessesJob(open)
class OpenProcessor implements JobProcessor<typeof open> {
  async process({ payload }: Job<typeof open>, context: JobContext): Promise<unknown> {
    return handler(payload, context);
  }
}

describe('what a job may store', () => {
  const jobs = { pollIntervalMs: 100, maxResultBytes: 1_000, redact: ['pin'] };
  const host = useHost({ providers: [OpenProcessor], jobs });
  let logged: string;

  beforeAll(() => host.dataSource.query('create table people (email text primary key)'));

  beforeEach(() => {
    logged = '';
    const write = (...parts: unknown[]) => void (logged += `${parts.map(String).join(' ')}\n`);
    Logger.overrideLogger({ log: write, error: write, warn: write, debug: write });
  });

  afterEach(() => Logger.overrideLogger(false));

  async function ended(id: string) {
    return await eventually(async () => {
      const job = await host.jobs.get(id);
      return job?.completedAt ? job : false;
    });
  }

  async function run(work: Handler, options: { maxAttempts?: number } = {}) {
    handler = work;
    return ended((await host.jobs.enqueue(open, {}, { maxAttempts: 1, ...options })).id);
  }

  it.each([
    ['returned', () => 'x'.repeat(999)],
    ['from its transaction', (_: object, context: JobContext) => context.transaction(async () => 'x'.repeat(999))],
  ])('a result that is too large, %s, is left out, and the job says how large it may be', async (_, work) => {
    const job = await run(work, { maxAttempts: 5 });
    expect(job).toMatchObject({ status: 'completed', attempts: 1, result: null });
    expect(job.error).toContain('it has 1001 bytes as JSON; at most 1000 are allowed');
  });

  it('a result at the limit is stored', async () => {
    expect(await run(() => 'x'.repeat(998))).toMatchObject({ status: 'completed', result: 'x'.repeat(998) });
  });

  it('an error is stored and logged without secrets', async () => {
    const job = await run(() => {
      throw new Error('no login at postgres://app:s3cr3t@db/x with password=hunter2, pin=1234');
    });
    expect(job.error).toMatch(/^Error: no login at postgres:\/\/app:\*\*\*@db\/x with password=\*\*\*, pin=\*\*\*/);
    await eventually(() => expect(logged).toContain('open failed for good'));
    for (const secret of ['s3cr3t', 'hunter2', '1234'])
      expect(JSON.stringify(job.failures) + logged).not.toContain(secret);
  });

  it('a database error is stored and logged without rows and parameters', async () => {
    const insert = () => host.dataSource.query(`insert into people (email) values ($1)`, ['ada@example.com']);
    await insert();
    const job = await run(insert);
    expect(job.error).toContain('duplicate key value violates unique constraint');
    await eventually(() => expect(logged).toContain('open failed for good'));
    expect(job.error + JSON.stringify(job.failures) + logged).not.toContain('ada@example.com');
  });

  it('of many failed attempts the last ten are kept', async () => {
    const job = await run(
      (_, { attempt }) => {
        throw new Error(`attempt ${attempt}`);
      },
      { maxAttempts: 13 },
    );
    expect(job.attempts).toBe(13);
    const rows = await host.dataSource.query<{ attempt: number }[]>(
      'select attempt from job_failures where job_id = $1 order by run',
      [job.id],
    );
    expect(rows.map(({ attempt }) => attempt)).toEqual([4, 5, 6, 7, 8, 9, 10, 11, 12, 13]);
  });

  it('a payload that SQL gave a __proto__ key is refused before the handler sees it', async () => {
    handler = () => 'seen';
    const rows = await host.dataSource.query<{ id: string }[]>(
      `insert into jobs (type, payload) values ('open', '{"a": [{"__proto__": {"admin": true}}]}') returning id`,
    );
    const job = await ended(rows[0]!.id);
    expect(job).toMatchObject({ status: 'failed', attempts: 1 });
    expect(job.error).toContain('payload.a.0.__proto__: this key is not allowed');
  });

  it('keys named like parts of a prototype are data, and nothing else', async () => {
    const seen: unknown[] = [];
    handler = (payload) => void seen.push(payload);
    const key = fc.constantFrom(
      'constructor',
      'prototype',
      'hasOwnProperty',
      'toString',
      'valueOf',
      '__defineGetter__',
    );
    const leaf = fc.constantFrom<unknown>(true, 'x', null, { admin: true }, { prototype: { admin: true } });
    const payloads = fc.sample(fc.dictionary(key, leaf, { minKeys: 1, noNullPrototype: true }), 50);
    const given = payloads.map((payload, n) => ({ ...payload, n }));
    await host.jobs.enqueueMany(
      open,
      given.map((payload) => ({ payload })),
    );
    await eventually(() => expect(seen).toHaveLength(50));
    const inOrder = (seen as { n: number }[]).sort((a, b) => a.n - b.n);
    expect(inOrder.map((payload) => JSON.parse(JSON.stringify(payload)) as unknown)).toEqual(given);
    expect(inOrder.every((payload) => Object.getPrototypeOf(payload) === Object.prototype)).toBe(true);
    expect(({} as { admin?: boolean }).admin).toBeUndefined();
  });
});
