import { Injectable } from '@nestjs/common';
import { ProcessesJob, type Job, type JobProcessor } from '@monstera/jobs';
import { eventually } from '../support/index.js';
import { startWorkerProcess } from '../support/worker-process.js';
import { startHost } from './host.js';
import { held, OneProcess } from './one-process.js';
import { useDatabase } from '../support/use-database.js';

const DIRECT = 'jobs_insert_started';

/** Keeps one reply back until it is let through. */
function gate(name: string) {
  let open = () => {};
  let reached = false;
  const opened = new Promise<void>((resolve) => (open = resolve));
  const afterReply = async (sent: string) => {
    if (sent !== name || reached) return;
    reached = true;
    await opened;
  };
  return { afterReply, open: () => open(), arrived: () => eventually(() => reached) };
}

describe('an insert of jobs that start with it', () => {
  const database = useDatabase({ each: true });
  let one: OneProcess;

  beforeEach(async () => {
    database.closeFirst(() => one.close());
    one = await OneProcess.start(database.url, { concurrency: 1 });
  });

  const statesAre = (id: string, states: string[]) =>
    eventually(async () => expect(await one.states(id)).toEqual(states));

  /** Committed, but this process does not know yet. */
  async function underWay() {
    const insert = gate(DIRECT);
    one.host.afterReply = insert.afterReply;
    const enqueued = one.enqueue(1);
    await insert.arrived();
    return { insert, enqueued };
  }

  it('keeps its slot from claims and from other inserts while it is under way', async () => {
    const { insert, enqueued } = await underWay();
    const [other] = await one.enqueueMany(1);
    one.worker.loop.wake();
    insert.open();
    const { id } = await enqueued;
    await eventually(() => expect(one.started).toHaveLength(1));
    expect(one.started[0]!.job.id).toBe(id);
    expect(await one.states(other!.id)).toEqual(['pending 0 0']);
    one.started[0]!.end();
    await eventually(() => expect(one.started).toHaveLength(2));
    expect(one.maxAtOnce).toBe(1);
  });

  it('is not taken for a lost claim meanwhile', async () => {
    one.worker.concurrency = 2;
    await one.idle();
    const { insert, enqueued } = await underWay();
    let broken = false;
    one.own.afterReply = (name) => {
      if (name !== 'jobs_claim_jobs' || broken) return;
      broken = true;
      throw Object.assign(new Error('connection reset'), { code: 'ECONNRESET' });
    };
    one.worker.loop.wake();
    await eventually(() => expect(one.own.sent.at(-1)).toBe('jobs_next_due'));
    expect(one.own.sent).toContain('jobs_read_lost_claims');
    insert.open();
    const { id } = await enqueued;
    await eventually(() => expect(one.started).toHaveLength(1));
    one.started[0]!.end();
    await statesAre(id, ['processing 1 1', 'completed 1 1']);
  });

  it('gives its slot back if the database refuses it, and the next one is started directly again', async () => {
    await one.dataSource.query(`alter table jobs add constraint refused check (payload <> '{"n": 13}')`);
    await expect(one.enqueue(13)).rejects.toMatchObject({ code: '23514' });
    expect(one.own.sent).toEqual([]);
    const { id } = await one.enqueue(14);
    await eventually(() => expect(one.started).toHaveLength(1));
    one.started[0]!.end();
    await statesAre(id, ['processing 1 1', 'completed 1 1']);
    expect(one.host.sent).toEqual([DIRECT, DIRECT]);
  });

  it('whose reply is lost is taken back at once, the attempt unused', async () => {
    one.host.afterReply = () => {
      one.host.afterReply = () => {};
      throw Object.assign(new Error('connection reset'), { code: 'ECONNRESET' });
    };
    await expect(one.enqueue()).rejects.toThrow('connection reset');
    await eventually(() => expect(one.started).toHaveLength(1));
    const { id } = one.started[0]!.job;
    one.started[0]!.end();
    await statesAre(id, ['processing 1 1', 'pending 1 0', 'processing 2 1', 'completed 2 1']);
  });

  it('is awaited by a drain, which hands the job back, its attempt unused', async () => {
    const { insert, enqueued } = await underWay();
    let drained = false;
    const drain = one.worker.drain().then(() => (drained = true));
    await new Promise((resolve) => setImmediate(resolve));
    expect(drained).toBe(false);
    insert.open();
    const { id } = await enqueued;
    await drain;
    expect(await one.states(id)).toEqual(['processing 1 1', 'pending 1 0']);
    expect(one.started).toEqual([]);
  });

  it('hands the job back if the lease is not held any more', async () => {
    const { insert, enqueued } = await underWay();
    one.leaseHeld = false;
    insert.open();
    await statesAre((await enqueued).id, ['processing 1 1', 'pending 1 0']);
    expect(one.started).toEqual([]);
  });

  it('is awaited by a worker that was declared dead, before another one starts', async () => {
    const { insert, enqueued } = await underWay();
    const before = one.worker.id;
    one.leaseHeld = false;
    const taking = one.current.replace();
    await new Promise((resolve) => setImmediate(resolve));
    expect(one.own.sent).not.toContain('jobs_register_worker');
    insert.open();
    await taking;
    expect(one.worker.id).not.toBe(before);
    const { id } = await enqueued;
    // Handed back in time, or else the rescue's.
    await eventually(() => expect(['handed_back', 'lost']).toContain(one.events.at(-1)?.name));
    expect((await one.row(id)).worker_id).not.toBe(one.worker.id);
    expect(one.started).toEqual([]);
  });
});

@Injectable()
@ProcessesJob(held)
class HeldProcessor implements JobProcessor<typeof held> {
  static readonly attempts = new Map<string, number[]>();
  async process({ id, attempt }: Job<typeof held>): Promise<void> {
    HeldProcessor.attempts.set(id, [...(HeldProcessor.attempts.get(id) ?? []), attempt]);
  }
}

describe('a process that ends while a job runs that it started directly', () => {
  const database = useDatabase();

  it('leaves it to be rescued, and the attempt is used', async () => {
    const jobs = { pollIntervalMs: 50, lease: { renewMs: 100, fenceAfterMs: 1_000, deadAfterMs: 1_500 } };
    const env = { DATABASE_URL: database.url, JOBS_OPTIONS: JSON.stringify({ ...jobs, pollIntervalMs: 600_000 }) };
    const worker = await startWorkerProcess('jobs/processes/direct-worker.ts', env);
    const dataSource = await database.openDataSource();
    worker.child.send('enqueue');
    await eventually(() => expect(worker.output()).toContain('started directly'), { timeoutMs: 10_000 });
    const [direct] = await dataSource.query<{ id: string }[]>('select * from jobs order by created_at desc limit 1');
    expect(direct).toMatchObject({ status: 'processing', attempts: 1, run: 1 });
    expect(await worker.end('SIGKILL')).toBe('SIGKILL');

    const host = await startHost({ url: database.url, providers: [HeldProcessor], jobs });
    database.closeFirst(() => host.close());
    const again = { status: 'completed', attempts: 2 };
    await eventually(async () => expect(await host.jobs.get(direct!.id)).toMatchObject(again), { timeoutMs: 15_000 });
    expect(HeldProcessor.attempts.get(direct!.id)).toEqual([2]);
  });
});
