import { Injectable } from '@nestjs/common';
import { defineJob, JobWorkerService, ProcessesJob, type JobProcessor } from '@monstera/jobs';
import pg from 'pg';
import { z } from 'zod';
import { WorkerStatus } from '../../libs/jobs/src/state/worker-status.js';
import { eventually } from '../support/index.js';
import { useHost } from './use-host.js';

const held = defineJob({ type: 'held', payload: z.object({}), queue: 'held' });

const gates: (() => void)[] = [];
let closing = false;

@Injectable()
@ProcessesJob(held)
class HeldProcessor implements JobProcessor<typeof held> {
  process(): Promise<void> {
    return closing ? Promise.resolve() : new Promise((resolve) => gates.push(resolve));
  }
}

describe('a worker', () => {
  beforeEach(() => {
    gates.length = 0;
    closing = false;
  });

  // Before the host is closed, which waits for its jobs.
  afterEach(() => {
    closing = true;
    for (const open of gates) open();
  });

  const host = useHost({
    each: true,
    providers: [HeldProcessor],
    jobs: { concurrency: 2, pollIntervalMs: 300, lease: { renewMs: 100, fenceAfterMs: 1_000, deadAfterMs: 3_000 } },
  });

  const enqueue = (count: number) =>
    host.jobs.enqueueMany(
      held,
      Array.from({ length: count }, () => ({ payload: {} })),
    );
  const processing = async () =>
    (
      await host.dataSource.query<{ n: number }[]>(`select count(*)::int as n from jobs where status = 'processing'`)
    )[0]!.n;

  it('runs as many jobs at once as it has slots, and follows when that number changes', async () => {
    await enqueue(8);
    await eventually(() => expect(gates).toHaveLength(2));
    host.get(JobWorkerService).setConcurrency(5);
    await eventually(() => expect(gates).toHaveLength(5));
    expect(host.get(JobWorkerService).concurrency).toBe(5);

    host.get(JobWorkerService).setConcurrency(1);
    for (const open of gates.splice(0, 4)) open();
    await eventually(async () => expect(await processing()).toBe(1));
    gates.splice(0, 1)[0]!();
    await eventually(() => expect(gates).toHaveLength(1));
    await eventually(async () => expect(await processing()).toBe(1));
    expect(gates).toHaveLength(1);
    expect(() => host.get(JobWorkerService).setConcurrency(0)).toThrow('JOBS_INVALID_OPTION');
  });

  it('does not touch a queue that is paused, and goes on once it is resumed', async () => {
    await host.dataSource.query(`insert into job_queues (name, paused_at) values ('held', now())`);
    await eventually(async () => {
      const [row] = await host.dataSource.query<{ seen: boolean }[]>(
        `select bool_and(w.last_seen_at > q.paused_at + interval '150 ms') as seen
         from job_workers w, job_queues q where w.dead_at is null`,
      );
      expect(row!.seen).toBe(true);
    });
    await enqueue(1);
    await expect(eventually(() => expect(gates).toHaveLength(1), { timeoutMs: 700 })).rejects.toThrow();
    await host.dataSource.query(`update job_queues set paused_at = null`);
    await eventually(() => expect(gates).toHaveLength(1));
  });

  /** The server processes of connections that LISTEN. */
  async function listeners(): Promise<number[]> {
    const rows = await host.dataSource.query<{ pid: number }[]>(
      `select pid from pg_stat_activity where datname = current_database() and application_name like '% listen'`,
    );
    return rows.map(({ pid }) => pid);
  }

  it('hears again, and hands nothing back, after every one of its connections was cut', async () => {
    await enqueue(2);
    await eventually(() => expect(gates).toHaveLength(2));
    const cut = await listeners();
    expect(cut).toHaveLength(1);
    // By a connection that is not the worker's: one of its own would end itself before it had ended all others.
    const admin = new pg.Client({ connectionString: host.url });
    await admin.connect();
    await admin.query(
      `select pg_terminate_backend(pid) from pg_stat_activity
       where datname = current_database() and pid <> pg_backend_pid()`,
    );
    await admin.end();
    for (const open of gates.splice(0)) open();
    await eventually(
      async () => {
        const rows = await host.dataSource.query<{ status: string; attempts: number }[]>(
          'select status, attempts from jobs',
        );
        expect(rows).toEqual(Array.from({ length: 2 }, () => ({ status: 'completed', attempts: 1 })));
      },
      { timeoutMs: 8_000 },
    );
    await eventually(async () => {
      const found = await listeners();
      expect(found).toHaveLength(1);
      expect(cut).not.toContain(found[0]);
      expect(host.get<WorkerStatus>(WorkerStatus, { strict: false }).listening).toBe(true);
    });
  });

  it('declared dead by others starts anew under another id, and refuses nothing to its successor', async () => {
    const { id } = (await enqueue(1))[0]!;
    await eventually(() => expect(gates).toHaveLength(1));
    await host.dataSource.query(`update job_workers set dead_at = now()`);
    await eventually(() => expect(gates).toHaveLength(2), { timeoutMs: 8_000 });
    gates[0]!();
    await eventually(async () => {
      const [row] = await host.dataSource.query<{ n: number }[]>(
        `select count(*)::int as n from job_workers where dead_at is null`,
      );
      expect(row!.n).toBe(1);
    });
    expect(await host.jobs.get(id)).toMatchObject({ status: 'processing', attempts: 2 });
    gates[1]!();
    await eventually(async () => expect(await host.jobs.get(id)).toMatchObject({ status: 'completed', attempts: 2 }));
  });

  it('hands back, attempt unused, what the database thinks it runs and it does not, and keeps what it runs', async () => {
    await enqueue(1);
    await eventually(() => expect(gates).toHaveLength(1));
    const [worker] = await host.dataSource.query<{ id: string }[]>('select id from job_workers where dead_at is null');
    await host.dataSource.query(
      `insert into jobs (type, queue, status, worker_id, started_at, attempts, run)
       values ('held', 'held', 'processing', $1, now(), 1, 1)`,
      [worker!.id],
    );
    await host.dataSource.query('alter table jobs rename to jobs_away');
    await eventually(() => expect(host.get(WorkerStatus).claimErrors).toBeGreaterThan(0));
    await host.dataSource.query('alter table jobs_away rename to jobs');
    await eventually(() => expect(gates).toHaveLength(2), { timeoutMs: 8_000 });
    expect(await host.dataSource.query('select status, attempts, run from jobs order by run')).toEqual([
      { status: 'processing', attempts: 1, run: 1 },
      { status: 'processing', attempts: 1, run: 2 },
    ]);
  });
});
