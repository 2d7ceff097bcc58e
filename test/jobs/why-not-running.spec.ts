import { defineJob, type JobOptions } from '@monstera/jobs';
import { z } from 'zod';
import { useHost } from './use-host.js';

const letter = defineJob({ type: 'letter', payload: z.object({}), queue: 'mail' });
const WORKER = '019a0000-0000-7000-8000-00000000beef';
const DEAD = '019a0000-0000-7000-8000-0000000dead0';

/** On a producer with workers that exist only as rows, so that nothing moves but what the test moves. */
describe.each([1, 2])('JobService.whyNotRunning(), with %i shards', (shards) => {
  const host = useHost({ jobs: { role: 'producer', definitions: [letter], shards } });

  beforeEach(() => host.dataSource.query('truncate jobs, job_signals, job_workers, job_types, job_queues'));

  const sql = (text: string, params: unknown[] = []) => host.dataSource.query<unknown[]>(text, params);
  const add = async (options: JobOptions = {}) => (await host.jobs.enqueue(letter, {}, options)).id;
  const addWorker = (id = WORKER, { queue = 'mail', silentMs = 0, dead = false, slots = 2 } = {}) =>
    sql(
      `insert into job_workers (id, host, pid, version, queues, slots, started_at, last_seen_at, dead_at)
       values ($1, 'node-7', 42, '1', array[$2], $3, now() - interval '1 hour',
         now() - $4 * interval '1 millisecond', case when $5 then now() end)`,
      [id, queue, slots, silentMs, dead],
    );
  const knowType = (updated = 'now()') =>
    sql(
      `insert into job_types (type, queue, priority, max_attempts, timeout_ms, retry, updated_at)
       values ('letter', 'mail', 5, 5, 1000, '{}', ${updated})`,
    );
  const run = (id: string, worker = WORKER) =>
    sql(`update jobs set status = 'processing', worker_id = $2, started_at = now(), run = 1 where id = $1`, [
      id,
      worker,
    ]);
  const why = (id: string) => host.jobs.whyNotRunning(id);

  it('says that a worker with a free slot is about to start it', async () => {
    await addWorker();
    await knowType();
    expect(await why(await add())).toMatchObject({
      code: 'about_to_start',
      details: { workers: 1, slots: 2, ahead: 0, aheadCapped: false },
    });
  });

  it('says when it falls due', async () => {
    const scheduledAt = new Date(Date.now() + 3_600_500);
    const { code, words, details } = await why(await add({ scheduledAt }));
    expect({ code, words }).toEqual({ code: 'not_due', words: expect.stringMatching(/in (1 hour|59 minutes)\./) });
    expect(details.scheduledAt).toEqual(scheduledAt);
  });

  it('says that its queue is paused', async () => {
    await sql(`insert into job_queues (name, paused_at) values ('mail', now())`);
    expect(await why(await add())).toMatchObject({ code: 'queue_paused', details: { queue: 'mail' } });
  });

  it('says that its type is paused, and counts no such job among those before another', async () => {
    await addWorker();
    await knowType();
    for (let n = 0; n < 2; n++) await run(await add());
    const id = await add({ priority: 9 });
    await sql(`insert into jobs (shard, type, queue) select n % $1, 'paused', 'mail' from generate_series(1, 5) n`, [
      shards,
    ]);
    await sql(
      `insert into job_types (type, queue, priority, max_attempts, timeout_ms, retry, paused_at)
       values ('paused', 'mail', 5, 5, 1000, '{}', now())`,
    );
    expect(await why(id)).toMatchObject({ code: 'all_slots_busy', details: { ahead: 0 } });
    await sql(`update job_types set paused_at = now() where type = 'letter'`);
    expect(await why(id)).toMatchObject({ code: 'type_paused', details: { type: 'letter' } });
    await sql(`update job_types set paused_until = now() - interval '1 second', paused_at = now() - interval '1 hour'`);
    expect(await why(id)).toMatchObject({ code: 'all_slots_busy', details: { ahead: 5 } });
  });

  it.each([
    ['takes another queue', { queue: 'other' }],
    ['has retired', { dead: true }],
    ['has been silent for a minute', { silentMs: 60_000 }],
  ])('says that no worker takes its queue if the only one %s', async (_, given) => {
    await addWorker(WORKER, given);
    await knowType();
    expect(await why(await add())).toMatchObject({ code: 'no_worker_for_queue' });
  });

  it.each([
    ['nobody has registered it', null, 'no_worker_for_type'],
    ['it was registered before the worker booted', `now() - interval '1 day'`, 'no_worker_for_type'],
    ['it was registered as the worker booted', `now() - interval '1 hour 5 seconds'`, 'about_to_start'],
    ['another process has registered it since', 'now()', 'about_to_start'],
  ])('judges whether its type is known: %s', async (_, updated, code) => {
    await addWorker();
    if (updated) await knowType(updated);
    expect((await why(await add())).code).toBe(code);
  });

  it('says how many due jobs are before it if all slots are busy', async () => {
    await addWorker();
    await knowType();
    for (let n = 0; n < 2; n++) await run(await add());
    const before = [await add({ priority: 0 }), await add(), await add()];
    const id = await add();
    await add({ priority: 9 });
    await add({ priority: 0, delayMs: 60_000 });
    await add({ priority: 0, queue: 'other' });
    await add();
    expect(await why(id)).toMatchObject({
      code: 'all_slots_busy',
      details: { slots: 2, ahead: before.length, aheadCapped: false },
    });
  });

  it('counts to 10,000', async () => {
    await addWorker();
    await knowType();
    await sql(
      `insert into jobs (shard, type, queue, scheduled_at)
       select n % $1, 'letter', 'mail', now() - interval '1 minute' from generate_series(1, 10002) as n`,
      [shards],
    );
    expect(await why(await add())).toMatchObject({ details: { ahead: 10_000, aheadCapped: true } });
  });

  it('says who runs it, and since when', async () => {
    await addWorker();
    const id = await add();
    await run(id);
    expect(await why(id)).toMatchObject({ code: 'running', details: { host: 'node-7', pid: 42, workerId: WORKER } });
    await host.jobs.cancel(id);
    expect(await why(id)).toMatchObject({ code: 'running', details: { cancelRequested: true } });
  });

  it.each([
    ['dead', { dead: true }],
    ['silent', { silentMs: 60_000 }],
    ['gone', null],
  ])('says that its worker is lost if that is %s', async (_, given) => {
    if (given) await addWorker(DEAD, given);
    const id = await add();
    await run(id, DEAD);
    expect(await why(id)).toMatchObject({ code: 'worker_lost' });
  });

  it('says that it starts carefully after a crash', async () => {
    await addWorker();
    await knowType();
    const id = await add();
    await sql('update jobs set crashes = 1, attempts = 1, run = 1 where id = $1', [id]);
    expect(await why(id)).toMatchObject({ code: 'careful_start', details: { crashes: 1 } });
  });

  it('says that it is being cancelled, and that it has finished', async () => {
    const id = await add();
    await sql(`insert into job_signals (shard, job_id, kind) select shard, id, 'cancel' from jobs`);
    expect(await why(id)).toMatchObject({ code: 'being_cancelled' });
    await host.jobs.cancel(id);
    expect(await why(id)).toMatchObject({ code: 'finished', details: { status: 'cancelled' } });
  });

  it('sees what a transaction has written', async () => {
    await host.dataSource.transaction(async (manager) => {
      const { id } = await host.jobs.enqueue(letter, {}, { manager });
      expect(await host.jobs.whyNotRunning(id, { manager })).toMatchObject({ code: 'no_worker_for_queue' });
      await expect(host.jobs.whyNotRunning(id)).rejects.toMatchObject({ code: 'JOBS_NOT_FOUND' });
    });
  });

  it('knows no job of an unknown id, and refuses what is no id', async () => {
    await expect(why(WORKER)).rejects.toMatchObject({ code: 'JOBS_NOT_FOUND' });
    await expect((async () => why('7'))()).rejects.toMatchObject({ code: 'JOBS_INVALID_OPTION' });
  });
});
