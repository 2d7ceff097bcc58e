import { eventually } from '../support/index.js';
import { held, OneProcess, type Started } from './one-process.js';
import { useDatabase } from '../support/use-database.js';

const RESET = Object.assign(new Error('connection reset'), { code: 'ECONNRESET' });

describe('a worker that has claimed a job, and not started it, when its cancel is heard', () => {
  const database = useDatabase({ each: true });
  let one: OneProcess;

  beforeEach(async () => {
    database.closeFirst(() => one.close());
    one = await OneProcess.start(database.url, { concurrency: 3 });
  });

  /** By way of a claim: with an option of its own, no job starts directly. */
  const add = async (options: object = {}) =>
    (await one.jobs.enqueue(held, { n: 0 }, { maxAttempts: 4, ...options })).id;
  const startedOf = (id: string): Promise<Started> =>
    eventually(() => one.started.find(({ job }) => job.id === id) ?? false);
  const statesAre = (id: string, states: string[]) =>
    eventually(async () => expect(await one.states(id)).toEqual(states));
  const query = (text: string, values: unknown[]) => one.dataSource.query<object[]>(text, values);
  /** As by a transaction that commits only now, and tells nobody. */
  const request = (id: string) => query(`insert into job_signals (job_id, kind) values ($1, 'cancel')`, [id]);
  const cancelledEvents = () => one.events.filter(({ name }) => name === 'cancelled').map(({ id }) => id);

  /** Calls it once, when the database has answered the statement and nobody has heard of it. */
  function onceAfter(statement: string, act: () => unknown): void {
    one.own.afterReply = async (name) => {
      if (name !== statement) return;
      one.own.afterReply = () => {};
      await act();
    };
  }

  /** A job that waits for its second run. */
  async function retried(): Promise<string> {
    const id = await add({ retry: { initialDelayMs: 60_000, maxDelayMs: 60_000 } });
    (await startedOf(id)).fail();
    await statesAre(id, ['pending 0 0', 'processing 1 1', 'pending 1 1']);
    one.started.length = 0;
    return id;
  }

  async function makeDue(...ids: string[]): Promise<void> {
    await query('update jobs set scheduled_at = now() where id = any ($1)', [ids]);
    one.worker.loop.wake();
  }

  it('does not start it, if the claim was still under way', async () => {
    let id = '';
    onceAfter('jobs_claim_jobs', async () => {
      [id] = (await query(`select id from jobs`, []).then((rows) => rows.map((row) => (row as { id: string }).id))) as [
        string,
      ];
      expect(await one.jobs.cancel(id)).toMatchObject({ status: 'processing' });
    });
    await add();
    await eventually(() => expect(cancelledEvents()).toEqual([id]));
    expect(await one.states(id)).toEqual(['pending 0 0', 'processing 1 1', 'cancelled 1 0']);
    expect(one.started).toEqual([]);
  });

  it('finds a request that nobody told it of, and starts the rest of the claim without waiting', async () => {
    const [requested, other] = [await retried(), await retried()];
    const fresh = await add({ delayMs: 60_000 });
    await request(requested);
    onceAfter('jobs_read_signals', () => startedOf(fresh));
    await makeDue(requested, other, fresh);
    await startedOf(other);
    await eventually(() => expect(cancelledEvents()).toEqual([requested]));
    expect((await one.states(requested)).slice(-2)).toEqual(['processing 2 2', 'cancelled 2 1']);
    expect(one.started.map(({ job }) => job.id).sort()).toEqual([other, fresh].sort());
    expect(one.own.sent.filter((name) => name === 'jobs_read_signals')).toHaveLength(1);
  });

  it('asks again, if a cancel is heard while it asks', async () => {
    const id = await retried();
    onceAfter('jobs_read_signals', () => one.jobs.cancel(id));
    await makeDue(id);
    await eventually(() => expect(cancelledEvents()).toEqual([id]));
    expect((await one.states(id)).slice(-2)).toEqual(['processing 2 2', 'cancelled 2 1']);
    expect(one.started).toEqual([]);
  });

  it('asks nothing about jobs that have never run', async () => {
    await startedOf(await add());
    expect(one.own.sent).not.toContain('jobs_read_signals');
  });

  it('hands nothing back to wait, if the reply to the claim was lost', async () => {
    let id = '';
    onceAfter('jobs_claim_jobs', async () => {
      [{ id }] = (await query('select id from jobs', [])) as [{ id: string }];
      expect(await one.jobs.cancel(id)).toMatchObject({ status: 'processing' });
      throw RESET;
    });
    await add();
    await eventually(async () => expect(await one.row(id)).toMatchObject({ status: 'cancelled' }));
    expect(await one.states(id)).toEqual(['pending 0 0', 'processing 1 1', 'cancelled 1 0']);
    expect(one.started).toEqual([]);
  });

  it('does not start a job with a crash behind it whose turn has come, and gives its turn to the next', async () => {
    const [first, second] = [await add({ delayMs: 60_000 }), await add({ delayMs: 60_000 })];
    await query('update jobs set crashes = 1, attempts = 1, run = 1', []);
    let cancelled = '';
    onceAfter('jobs_claim_given', async () => {
      const [claimed] = (await query(`select id from jobs where status = 'processing'`, [])) as [{ id: string }];
      cancelled = claimed.id;
      expect(await one.jobs.cancel(cancelled)).toMatchObject({ status: 'processing' });
    });
    await makeDue(first, second);
    await eventually(() => expect(cancelledEvents()).toEqual([cancelled]));
    await startedOf(cancelled === first ? second : first);
    expect(await one.row(cancelled)).toMatchObject({ status: 'cancelled', attempts: 1 });
    expect(one.started).toHaveLength(1);
  });

  it('tells once that the run was cancelled, if the reply to the settle was lost', async () => {
    const id = await add({ retry: { initialDelayMs: 60_000, maxDelayMs: 60_000 } });
    const { fail } = await startedOf(id);
    await request(id);
    onceAfter('jobs_settle_or_cancel', () => {
      throw RESET;
    });
    fail();
    await eventually(() => expect(cancelledEvents()).toEqual([id]));
    expect(one.events.map(({ name }) => name)).toEqual(['started', 'cancelled']);
    expect(one.events[1]!.error).toBe('Error: failed on purpose');
    expect(await one.row(id)).toMatchObject({ status: 'cancelled', attempts: 1 });
  });
});
