import { Injectable } from '@nestjs/common';
import { defineJob, ProcessesJob, type Job, type JobProcessor } from '@monstera/jobs';
import pg from 'pg';
import { z } from 'zod';
import { eventually } from '../support/index.js';
import { testSchema } from '../support/test-schema.js';
import { useHost } from './use-host.js';

const cleanup = defineJob({
  type: 'sql_cleanup',
  payload: z.object({ days_to_keep: z.number().default(90) }),
  queue: 'night',
  priority: 2,
  maxAttempts: 7,
  timeoutMs: 1_234,
  retry: { type: 'fixed', initialDelayMs: 50, jitter: 0 },
});

@Injectable()
@ProcessesJob(cleanup)
class CleanupProcessor implements JobProcessor<typeof cleanup> {
  async process(job: Job<typeof cleanup>): Promise<unknown> {
    return { kept: job.payload.days_to_keep, timeoutMs: job.timeoutMs, maxAttempts: job.maxAttempts };
  }
}

const LATER = JSON.stringify({ scheduled_at: '2999-01-01T00:00:00Z' });

describe('enqueuing from SQL', () => {
  const host = useHost({ providers: [CleanupProcessor], jobs: { pollIntervalMs: 100 } });

  const ask = async <T>(sql: string, params: unknown[] = []): Promise<T> =>
    (await host.dataSource.query<{ answer: T }[]>(sql, params))[0]!.answer;

  const enqueue = (payload: string | null, options?: string | null) =>
    options === undefined
      ? ask<string>(`select jobs_enqueue('sql_cleanup', $1) as answer`, [payload])
      : ask<string>(`select jobs_enqueue('sql_cleanup', $1, $2) as answer`, [payload, options]);

  const count = () => ask<number>('select count(*)::int as answer from jobs');

  async function rowOf(id: string): Promise<Record<string, unknown>> {
    const { created_at, updated_at, scheduled_at, ...row } = await ask<Record<string, unknown>>(
      'select to_jsonb(j) as answer from jobs j where id = $1',
      [id],
    );
    expect(created_at).toBe(updated_at);
    return { ...row, due: Date.parse(scheduled_at as string) - Date.parse(created_at as string) };
  }

  const completed = (id: string, result: object) =>
    eventually(async () => expect(await host.jobs.get(id)).toMatchObject({ status: 'completed', result }));

  describe('with insert', () => {
    it('is type and payload, and the job runs with the defaults of the table', async () => {
      const id = await ask<string>(
        `insert into jobs (type, payload, queue) values ('sql_cleanup', '{"days_to_keep": 30}', 'night') returning id as answer`,
      );
      expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{8}0000$/);
      await completed(id, { kept: 30, timeoutMs: 1_234, maxAttempts: 5 });
    });

    it.each(['NULL', 'default'])('reads a payload of %s as {}', async (payload) => {
      const id = await ask<string>(
        `insert into jobs (type, payload, queue) values ('sql_cleanup', ${payload}, 'night') returning id as answer`,
      );
      await completed(id, { kept: 90 });
      expect((await host.jobs.get(id))!.payload).toEqual({});
    });
  });

  describe('with jobs_enqueue()', () => {
    it('writes the row that JobService would write: the definition’s queue, priority, attempts, timeout; the retry policy stays the definition’s', async () => {
      const fromSql = await enqueue('{"days_to_keep": 5}', LATER);
      const fromNode = await host.jobs.enqueue(cleanup, { days_to_keep: 5 }, { delayMs: 3_600_000 });
      const [bySql, byNode] = [await rowOf(fromSql), await rowOf(fromNode.id)];
      expect(bySql).toEqual({ ...byNode, id: fromSql, due: expect.any(Number) as number });
      expect(bySql).toMatchObject({
        queue: 'night',
        priority: 2,
        max_attempts: 7,
        timeout_ms: 1_234,
        status: 'pending',
      });
      expect(bySql.retry).toBeNull();
    });

    it('is due at once without options, and runs', async () => {
      const id = await enqueue('{"days_to_keep": 1}');
      await completed(id, { kept: 1, maxAttempts: 7 });
      expect(id).toMatch(/^[0-9a-f-]{36}$/);
      await completed(await enqueue(null), { kept: 90 });
      expect((await rowOf(await enqueue(null, LATER))).payload).toEqual({});
    });

    it('lets the options replace each default', async () => {
      const options = { queue: 'other', priority: 9, max_attempts: 1, timeout_ms: 5, unique_key: 'all of them' };
      const id = await enqueue('{}', JSON.stringify({ ...options, ...JSON.parse(LATER) }));
      expect(await rowOf(id)).toMatchObject(options);
      expect((await host.jobs.get(id))!.scheduledAt).toEqual(new Date('2999-01-01T00:00:00Z'));
    });

    it('answers with the job that holds the unique key, whoever enqueued it, until it has finished', async () => {
      const options = JSON.stringify({ unique_key: 'nightly', ...JSON.parse(LATER) });
      const id = await enqueue('{}', options);
      const before = await count();
      expect(await enqueue('{}', options)).toBe(id);
      expect(await host.jobs.enqueue(cleanup, {}, { uniqueKey: 'nightly' })).toMatchObject({ id, duplicate: true });
      expect(await count()).toBe(before);

      await host.jobs.cancel(id);
      const next = await host.jobs.enqueue(cleanup, {}, { uniqueKey: 'nightly', delayMs: 3_600_000 });
      expect(next.duplicate).toBe(false);
      expect(await enqueue('{}', options)).toBe(next.id);
    });

    it('adds a job when the holder of the key finishes before it can be looked up', async () => {
      const options = JSON.stringify({ unique_key: 'raced', ...JSON.parse(LATER) });
      const holder = await enqueue('{}', options);
      await host.dataSource.query(
        `create function wait_after_insert() returns trigger language plpgsql as
           $$ begin perform pg_advisory_xact_lock(1); return null; end $$;
         create trigger wait_after_insert after insert on jobs
           for each statement execute function wait_after_insert()`,
      );
      // A lock of a session, which a pooler has not got: past it.
      const blocker = new pg.Client({ connectionString: host.url });
      await blocker.connect();
      await blocker.query('select pg_advisory_lock(1)');
      const racing = enqueue('{}', options);
      await eventually(async () =>
        expect(
          await ask(`select count(*)::int as answer from pg_locks where locktype = 'advisory' and not granted`),
        ).toBe(1),
      );
      await host.jobs.cancel(holder);
      await blocker.query('select pg_advisory_unlock(1)');
      await blocker.end();

      expect(await rowOf(await racing)).toMatchObject({ unique_key: 'raced', status: 'pending' });
      await host.dataSource.query('drop function wait_after_insert() cascade');
    });

    it('refuses an option that does not exist, with those that do', async () => {
      const before = await count();
      await expect(enqueue('{}', '{"maxAttempts": 1}')).rejects.toMatchObject({
        message: expect.stringContaining('JOBS_INVALID_OPTION: there is no option "maxAttempts"') as string,
        driverError: { hint: expect.stringContaining('max_attempts') as string },
      });
      expect(await count()).toBe(before);
    });

    it('refuses a type that nobody has registered, with a hint', async () => {
      const before = await count();
      await expect(host.dataSource.query(`select jobs_enqueue('sql_clean_up', '{}')`)).rejects.toMatchObject({
        message: expect.stringContaining('JOBS_UNKNOWN_TYPE: no job type "sql_clean_up" is registered') as string,
        driverError: { hint: expect.stringContaining('registered when an application') as string },
      });
      expect(await count()).toBe(before);
    });

    it.each([
      ['a priority out of range', { priority: 10 }, 'jobs_priority_range'],
      ['no attempts', { max_attempts: 0 }, 'jobs_attempts_range'],
      ['a timeout of nothing', { timeout_ms: 0 }, 'jobs_timeout_range'],
      ['a priority in words', { priority: 'high' }, 'invalid input syntax'],
      ['an invalid date', { scheduled_at: 'soon' }, 'invalid input syntax'],
      ['a queue name that is too long', { queue: 'q'.repeat(51) }, 'too long'],
    ])('refuses %s and writes nothing', async (_, options, message) => {
      const before = await count();
      await expect(enqueue('{}', JSON.stringify(options))).rejects.toThrow(message);
      expect(await count()).toBe(before);
    });

    it('belongs to the transaction that calls it', async () => {
      const before = await count();
      const rolledBack = host.dataSource.transaction(async (manager) => {
        await manager.query(`select jobs_enqueue('sql_cleanup', '{}')`);
        throw new Error('changed my mind');
      });
      await expect(rolledBack).rejects.toThrow('changed my mind');
      expect(await count()).toBe(before);
    });
  });

  it.each([
    ['without a name for its type', `type`, `''`, 'jobs_type_named'],
    ['in a status that does not exist', `type, status`, `'a', 'running'`, 'jobs_status_known'],
    [
      'that is processing on no worker',
      `type, status, started_at`,
      `'a', 'processing', now()`,
      'jobs_worker_when_processing',
    ],
    ['that is pending on a worker', `type, worker_id`, `'a', gen_random_uuid()`, 'jobs_worker_when_processing'],
    [
      'that is processing and never started',
      `type, status, worker_id`,
      `'a', 'processing', gen_random_uuid()`,
      'jobs_started_when_processing',
    ],
    ['that is completed at no time', `type, status`, `'a', 'completed'`, 'jobs_completed_at_when_finished'],
    ['that has failed at no time', `type, status`, `'a', 'failed'`, 'jobs_completed_at_when_finished'],
    ['that is cancelled at no time', `type, status`, `'a', 'cancelled'`, 'jobs_completed_at_when_finished'],
    ['that is pending and completed', `type, completed_at`, `'a', now()`, 'jobs_completed_at_when_finished'],
    ['that is due at no time', `type, scheduled_at`, `'a', 'infinity'`, 'jobs_scheduled_at_finite'],
    ['that was due before all time', `type, scheduled_at`, `'a', '-infinity'`, 'jobs_scheduled_at_finite'],
    ['with priority 10', `type, priority`, `'a', 10`, 'jobs_priority_range'],
    ['with priority -1', `type, priority`, `'a', -1`, 'jobs_priority_range'],
    ['with -1 attempts', `type, attempts`, `'a', -1`, 'jobs_attempts_range'],
    ['with no attempts allowed', `type, max_attempts`, `'a', 0`, 'jobs_attempts_range'],
    ['with a timeout of 0', `type, timeout_ms`, `'a', 0`, 'jobs_timeout_range'],
    ['with a progress of 101', `type, progress`, `'a', 101`, 'jobs_progress_range'],
  ])('the table refuses a job %s', async (_, columns, values, constraint) => {
    await expect(host.dataSource.query(`insert into jobs (${columns}) values (${values})`)).rejects.toMatchObject({
      driverError: { code: '23514', constraint },
    });
  });

  it('means the queue’s own tables and functions, whatever its caller’s search_path finds first', async () => {
    const place = testSchema ?? 'public';
    await host.dataSource.transaction(async (manager) => {
      await manager.query(
        `create schema decoy;
         create table decoy.jobs (like ${place}.jobs including all);
         create table decoy.job_types (like ${place}.job_types);
         create function decoy.to_hex(bigint) returns text language sql return 'ffffffffffff';
         set local search_path = decoy, pg_catalog, ${place}`,
      );
      const [row] = await manager.query<{ id: string }[]>(`select ${place}.jobs_enqueue('sql_cleanup', '{}') as id`);
      expect(row!.id).not.toMatch(/^f/);
      expect(await manager.query('select from decoy.jobs')).toEqual([]);
      expect(await manager.query(`select from ${place}.jobs where id = $1`, [row!.id])).toHaveLength(1);
      const [made] = await manager.query<{ id: string }[]>(`select ${place}.jobs_new_id() as id`);
      expect(made!.id).not.toMatch(/^f/);
      await manager.query('drop schema decoy cascade');
    });
  });
});
