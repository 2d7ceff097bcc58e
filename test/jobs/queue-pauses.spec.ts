import { Injectable } from '@nestjs/common';
import { defineJob, JobQueues, JobWorkers, ProcessesJob, type JobProcessor } from '@monstera/jobs';
import { z } from 'zod';
import { WorkerStatus } from '../../libs/jobs/src/state/worker-status.js';
import { eventually } from '../support/index.js';
import { startHost, type Host } from './host.js';
import { useDatabase } from '../support/use-database.js';

const mail = defineJob({ type: 'mail', payload: z.object({}), queue: 'mail' });
const gates: (() => void)[] = [];

@Injectable()
@ProcessesJob(mail)
class MailProcessor implements JobProcessor<typeof mail> {
  process(): Promise<void> {
    return new Promise((resolve) => gates.push(resolve));
  }
}

describe('JobQueues', () => {
  const database = useDatabase({ each: true });
  const hosts: Host[] = [];
  let host: Host;

  beforeEach(async () => {
    database.closeFirst(async () => {
      const closing = setInterval(() => gates.splice(0).forEach((open) => open()), 20);
      await Promise.all(hosts.splice(0).map((each) => each.close()));
      clearInterval(closing);
      gates.length = 0;
    });
    host = await boot();
  });

  async function boot(shards = 1): Promise<Host> {
    const started = await startHost({
      url: database.url,
      providers: [MailProcessor],
      jobs: { concurrency: 2, shards, pollIntervalMs: 300, version: '7.1' },
    });
    hosts.push(started);
    return started;
  }

  const queues = () => host.get(JobQueues);
  const pausedHere = (of = host) => of.get<WorkerStatus>(WorkerStatus, { strict: false }).pausedQueues;
  const rows = <Row>(sql: string, params: unknown[] = []) => host.dataSource.query<Row[]>(sql, params);
  const enqueue = (count: number) =>
    host.jobs.enqueueMany(
      mail,
      Array.from({ length: count }, () => ({ payload: {} })),
    );

  it('pauses and resumes, and writes down who did', async () => {
    const paused = await queues().pause('mail', { actor: 'ada' });
    expect(paused).toEqual({
      name: 'mail',
      paused: true,
      pausedAt: expect.any(Date),
      pausedUntil: null,
      pausedBy: 'ada',
    });
    await eventually(() => expect(pausedHere()).toEqual(['mail']));
    await enqueue(1);
    await expect(eventually(() => expect(gates).toHaveLength(1), { timeoutMs: 700 })).rejects.toThrow();
    expect(await queues().resume('mail', { actor: 'bob' })).toMatchObject({ paused: false, pausedBy: null });
    await eventually(() => expect(gates).toHaveLength(1));
    expect(await rows('select actor, action, job_id, details from job_audit order by created_at, id')).toEqual([
      { actor: 'ada', action: 'queue.pause', job_id: null, details: { queue: 'mail' } },
      { actor: 'bob', action: 'queue.resume', job_id: null, details: { queue: 'mail' } },
    ]);
  });

  it('keeps the beginning of a pause that gets another end', async () => {
    const { pausedAt } = await queues().pause('mail', { actor: 'ada' });
    const until = new Date(Date.now() + 3_600_000);
    expect(await queues().pause('mail', { until, actor: 'bob' })).toMatchObject({
      pausedAt,
      pausedUntil: until,
      pausedBy: 'bob',
    });
    expect(await rows(`select details from job_audit where actor = 'bob'`)).toEqual([
      { details: { queue: 'mail', until: until.toISOString() } },
    ]);
  });

  it('outlasts a restart of all processes, which start nothing even while they boot', async () => {
    await queues().pause('mail');
    await eventually(() => expect(pausedHere()).toEqual(['mail']));
    await enqueue(20);
    await host.close();
    hosts.length = 0;
    host = await boot();
    expect(pausedHere()).toEqual(['mail']);
    await eventually(() => host.get<WorkerStatus>(WorkerStatus, { strict: false }).started);
    expect(gates).toHaveLength(0);
    await queues().resume('mail');
    await eventually(() => expect(gates).toHaveLength(2));
  });

  it('commits and rolls back with the transaction of the caller', async () => {
    const rolledBack = host.dataSource.transaction(async (manager) => {
      await queues().pause('mail', { manager, actor: 'ada' });
      throw new Error('changed my mind');
    });
    await expect(rolledBack).rejects.toThrow('changed my mind');
    expect(await queues().get('mail')).toMatchObject({ paused: false });
    expect(await rows('select from job_audit')).toEqual([]);
    await host.dataSource.transaction(async (manager) => {
      await queues().pause('mail', { manager });
      expect(await queues().get('mail', { manager })).toMatchObject({ paused: true });
      expect(await queues().get('mail', { manager: null })).toMatchObject({ paused: false });
      expect(pausedHere()).toEqual([]);
    });
    await eventually(() => expect(pausedHere()).toEqual(['mail']));
  });

  it('lets running jobs end, and starts none after them', async () => {
    const ids = (await enqueue(2)).map(({ id }) => id);
    await eventually(() => expect(gates).toHaveLength(2));
    await queues().pause('mail');
    await eventually(() => expect(pausedHere()).toEqual(['mail']));
    await enqueue(3);
    gates.splice(0).forEach((open) => open());
    await eventually(async () => {
      const statuses = await rows<{ status: string; n: number }>(
        'select status, count(*)::int as n from jobs group by 1 order by 1',
      );
      expect(statuses).toEqual([
        { status: 'completed', n: 2 },
        { status: 'pending', n: 3 },
      ]);
    });
    expect((await host.jobs.get(ids[0]!))?.status).toBe('completed');
    expect(await rows('select from jobs where attempts > 0 and status = $1', ['pending'])).toEqual([]);
  });

  it('refuses a name that nobody knows, and says which one may be meant', async () => {
    await expect(queues().pause('mial', { actor: 'ada' })).rejects.toMatchObject({
      code: 'JOBS_UNKNOWN_QUEUE',
      what: 'There is no queue "mial".',
      fix: 'Did you mean "mail"?',
    });
    await expect(queues().resume('zzzzzz')).rejects.toMatchObject({ fix: 'Known are: default, mail.' });
    await expect(queues().get('zzzzzz')).rejects.toMatchObject({ code: 'JOBS_UNKNOWN_QUEUE' });
    expect(await rows('select from job_queues')).toEqual([]);
    expect(await rows('select from job_audit')).toEqual([]);
    await rows(`insert into jobs (type, queue) values ('by_hand', 'zzzzzz')`);
    expect(await queues().pause('zzzzzz')).toMatchObject({ paused: true });
  });

  it.each<[string, string, object]>([
    ['no name', 'a queue', {}],
    ['a long name', 'q'.repeat(51), {}],
    ['an empty name', '', {}],
    ['an end in the past', 'mail', { until: new Date(Date.now() - 1) }],
    ['an end that is no date', 'mail', { until: 'tomorrow' }],
    ['an invalid date', 'mail', { until: new Date(Number.NaN) }],
    ['an end too far away', 'mail', { until: new Date(Date.now() + 20 * 365 * 86_400_000) }],
    ['an unknown option', 'mail', { untill: new Date() }],
    ['nobody as the actor', 'mail', { actor: ' ' }],
    ['an actor of two lines', 'mail', { actor: 'ada\nbob' }],
    ['no manager', 'mail', { manager: {} }],
  ])('refuses %s at the door', async (_, queue, options) => {
    await expect(queues().pause(queue, options)).rejects.toMatchObject({ code: 'JOBS_INVALID_OPTION' });
    expect(await rows('select from job_queues')).toEqual([]);
  });

  describe('a queue that was paused by hand', () => {
    it('is paused as it was by an older version, and can be resumed by a call', async () => {
      await rows(`insert into job_queues (name, paused_at) values ('mail', now())`);
      expect(await queues().get('mail')).toMatchObject({ paused: true, pausedUntil: null, pausedBy: null });
      await queues().resume('mail');
      expect(await queues().get('mail')).toMatchObject({ paused: false });
    });

    it('does not inherit the end of an earlier pause', async () => {
      await rows(
        `insert into job_queues (name, paused_at, paused_until)
         values ('mail', now() - interval '2 hours', now() - interval '1 hour')`,
      );
      expect(await queues().get('mail')).toMatchObject({ paused: false });
      await rows(`update job_queues set paused_at = now()`);
      expect(await queues().get('mail')).toMatchObject({ paused: true, pausedUntil: null });
      const again = await boot();
      await eventually(() => expect(pausedHere(again)).toEqual(['mail']));
    });
  });

  it('shows what is in each queue, in all shards, and who works on it', async () => {
    const sharded = await boot(2);
    await rows(
      `insert into jobs (shard, type, queue, scheduled_at)
       select n % 2, 'by_hand', 'letters', now() - interval '30 seconds' from generate_series(1, 7) as n`,
    );
    await rows(`insert into jobs (type, queue, scheduled_at) values ('by_hand', 'later', now() + interval '1 hour')`);
    const [held] = await rows<{ id: string }>(`select id from job_workers limit 1`);
    await rows(
      `insert into jobs (shard, type, queue, status, worker_id, started_at, run)
       values (1, 'by_hand', 'letters', 'processing', $1, now(), 1)`,
      [held!.id],
    );
    await rows(`insert into job_queues (name) values ('set')`);
    const { queues: listed, capped } = await sharded.get(JobQueues).list();
    expect(capped).toBe(false);
    expect(listed.map(({ name }) => name)).toEqual(['default', 'later', 'letters', 'mail', 'set']);
    const letters = listed.find(({ name }) => name === 'letters')!;
    expect(letters).toMatchObject({ pending: 7, pendingCapped: false, running: 1, workers: 0, slots: 0 });
    expect(letters.oldestDueMs).toBeGreaterThan(29_000);
    expect(listed[1]).toMatchObject({ pending: 1, oldestDueMs: null });
    expect(listed[3]).toMatchObject({ pending: 0, workers: 2, slots: 4 });
    const workers = await sharded.get(JobWorkers).list();
    expect(workers.map(({ running }) => running).sort()).toEqual([0, 1]);
    expect(workers[0]).toMatchObject({ alive: true, pid: process.pid, version: '7.1', slots: 2 });
  });

  it('still lists workers that have stopped in the last hour, as dead', async () => {
    await (await boot()).close();
    hosts.pop();
    await rows(
      `insert into job_workers (id, host, pid, version, queues, slots, last_seen_at)
       values (gen_random_uuid(), 'silent', 1, '1', '{mail}', 1, now() - interval '40 seconds'),
              (gen_random_uuid(), 'long ago', 1, '1', '{mail}', 1, now() - interval '2 hours')`,
    );
    const workers = await host.get(JobWorkers).list();
    expect(workers.map(({ alive }) => alive)).toEqual([true, false, false]);
    expect(workers.map((worker) => worker.host)).not.toContain('long ago');
    expect(await queues().get('mail')).toMatchObject({ workers: 1 });
  });
});
