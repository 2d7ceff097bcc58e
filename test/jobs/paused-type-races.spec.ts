import { defineJob } from '@monstera/jobs';
import { z } from 'zod';
import { eventually } from '../support/index.js';
import { useDatabase } from '../support/use-database.js';
import { held, OneProcess } from './one-process.js';

const other = defineJob({ type: 'other', payload: z.object({ n: z.number() }) });
const CLAIM = /^jobs_claim/;

/** `held` is the only type with a processor. */
describe('a worker, when a type is paused', () => {
  const database = useDatabase({ each: true });
  let one: OneProcess;

  beforeEach(async () => {
    database.closeFirst(() => one.close());
    one = await OneProcess.start(database.url, { concurrency: 1, pollIntervalMs: 100 });
  });

  const steer = (...pausedTypes: string[]) => one.worker.steer({ paused: [], pausedTypes, isDrained: false });
  const rows = <Row>(sql: string, params: unknown[] = []) => one.dataSource.query<Row[]>(sql, params);
  const isPending = async (id: string) => (await one.row(id)).status === 'pending';

  async function insert(type: string, more = ''): Promise<string> {
    const [row] = await rows<{ id: string }>(
      `insert into jobs (type, payload, scheduled_at${more && ', crashes, attempts, run'})
       values ($1, '{"n": 0}', now() - interval '1 minute'${more}) returning id`,
      [type],
    );
    return row!.id;
  }

  /** Fails if it claims more often than this within a second. */
  async function claimsAtMost(times: number): Promise<void> {
    one.own.sent.length = 0;
    const claims = () => one.own.sent.filter((name) => CLAIM.test(name)).length;
    await expect(eventually(() => claims() > times, { timeoutMs: 1_000 })).rejects.toThrow('did not hold');
  }

  it('starts nothing that a claim under way brings, and gives it its place back', async () => {
    one.own.afterReply = (name) => {
      if (name === 'jobs_claim_jobs') steer('held');
    };
    const id = await insert('held');
    const { scheduled_at: due } = await one.row(id);
    one.worker.loop.wake();
    await eventually(async () => expect(await one.row(id)).toMatchObject({ status: 'pending', run: 1, attempts: 0 }));
    expect(Math.abs(((await one.row(id)).scheduled_at as Date).getTime() - (due as Date).getTime())).toBeLessThan(500);
    expect(one.started).toHaveLength(0);
    one.own.afterReply = () => {};
    steer();
    await eventually(() => expect(one.started).toHaveLength(1));
  });

  it('starts nothing whose insert as claimed was under way', async () => {
    one.host.afterReply = (name) => {
      if (name === 'jobs_insert_started') steer('held');
    };
    const { id } = await one.enqueue();
    await eventually(() => isPending(id));
    expect(await one.row(id)).toMatchObject({ run: 1, attempts: 0 });
    expect(one.started).toHaveLength(0);
  });

  it('inserts no job of the type as claimed', async () => {
    steer('held');
    await one.idle();
    const { id } = await one.enqueue();
    expect(await one.states(id)).toEqual(['pending 0 0']);
    steer('other');
    await eventually(() => expect(one.started).toHaveLength(1));
  });

  it('gives those back that wait for its slot', async () => {
    await one.enqueue();
    await eventually(() => expect(one.started).toHaveLength(1));
    await one.enqueueMany(2);
    // As many as its slots have finished lately, it claims ahead.
    one.started[0]!.end();
    const waiting = () => one.worker.held.filter(({ stage }) => stage === 'waiting');
    const job = await eventually(() => waiting()[0] ?? false);
    steer('held');
    await eventually(async () => expect(await one.row(job.id)).toMatchObject({ status: 'pending', attempts: 0 }));
    expect(waiting()).toEqual([]);
    expect(one.started).toHaveLength(2);
  });

  it('leaves its jobs alone, also those without a processor here, and looks no more often than before', async () => {
    steer('held', 'other');
    const ids = [await insert('held'), await insert('other'), (await one.enqueue(0, other)).id];
    await one.idle();
    await claimsAtMost(5);
    for (const id of ids) expect(await one.states(id)).toEqual(['pending 0 0']);
  });

  it('calls in no suspect of the type, and leaves its due time', async () => {
    steer('held');
    const id = await insert('held', ', 1, 1, 1');
    const { scheduled_at: due } = await one.row(id);
    one.worker.loop.wake();
    await one.idle();
    expect(await one.row(id)).toMatchObject({ status: 'pending', run: 1, scheduled_at: due });
    steer();
    await eventually(() => expect(one.started).toHaveLength(1), { timeoutMs: 10_000 });
  });

  it('leaves suspects parked that it has refused before', async () => {
    const ids = [await insert('held', ', 1, 1, 1'), await insert('held', ', 1, 1, 1')];
    one.worker.loop.wake();
    await eventually(() => expect(one.started).toHaveLength(1));
    steer('held');
    one.started[0]!.end();
    await eventually(() => expect(one.worker.held).toHaveLength(0));
    await claimsAtMost(5);
    const statuses = await Promise.all(ids.map(async (id) => (await one.row(id)).status));
    expect(statuses.sort()).toEqual(['completed', 'pending']);
  });

  it('lets a job fail and be retried later, and goes on with it after the pause', async () => {
    const { id } = await one.enqueue();
    await eventually(() => expect(one.started).toHaveLength(1));
    steer('held');
    one.started[0]!.fail();
    await eventually(() => isPending(id));
    await one.idle();
    expect(one.started).toHaveLength(1);
    steer();
    await eventually(() => expect(one.started[1]?.job).toMatchObject({ id, attempt: 2 }));
  });

  it('goes on at once with one type of two', async () => {
    steer('held', 'other');
    const { id } = await one.jobs.enqueue(held, { n: 1 });
    await one.idle();
    steer('other');
    await eventually(() => expect(one.started[0]?.job.id).toBe(id), { timeoutMs: 1_000 });
  });
});
