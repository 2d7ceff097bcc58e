import type pg from 'pg';
import { judge, recovery } from './checker.js';
import type { Database } from './cluster.js';
import { addWitnesses } from './ledger.js';
import { useDatabase } from '../../support/use-database.js';

const WORKER = '00000000-0000-4000-8000-000000000001';
const CLEAN = { lost: 0, unfinished: 0, doublyCompleted: 0, startedTooOften: 0, failed: 0, overlapping: 0 };

/** A check that cannot fail is none: each history here breaks one promise, and one figure has to say so. */
describe('the checker', () => {
  const testDatabase = useDatabase({ each: true });
  let client: pg.Client;
  let id: string;

  const database: Database = { query: async (text, values) => (await client.query(text, values)).rows as never };

  beforeEach(async () => {
    client = await testDatabase.connect();
    await addWitnesses(database);
    await client.query(
      `insert into job_workers (id, host, pid, version, queues, slots) values ($1, 'here', 1, 'w1', '{default}', 1)`,
      [WORKER],
    );
    const { rows } = await client.query<{ id: string }>(`insert into jobs (type) values ('ledger') returning id`);
    id = rows[0]!.id;
    await client.query('insert into chaos_acked values ($1)', [id]);
  });

  const claim = () =>
    client.query(
      `update jobs set status = 'processing', worker_id = $1, run = run + 1, attempts = attempts + 1, started_at = now()`,
      [WORKER],
    );
  const complete = () => client.query(`update jobs set status = 'completed', worker_id = null, completed_at = now()`);
  const giveBack = (unused: number) =>
    client.query(`update jobs set status = 'pending', worker_id = null, attempts = attempts - $1`, [unused]);
  const note = (label: string, kind: string, atMs: number, detail: string | null = null) =>
    client.query('insert into chaos_events values ($1, $2, $3, 1, $4, $5)', [
      label,
      kind,
      kind === 'died' ? null : id,
      atMs,
      detail,
    ]);

  it('finds nothing wrong with a job that was claimed, started, handed back, and completed', async () => {
    await claim();
    await note('w1', 'start', 1_000);
    await note('w1', 'end', 1_100);
    await giveBack(1);
    await claim();
    await note('w2', 'start', 1_200);
    await note('w2', 'end', 1_300);
    await complete();
    expect(await judge(database)).toEqual({ enqueued: 1, ...CLEAN });
  });

  it('sees a job that is gone, unless it was deleted after its end', async () => {
    await client.query('delete from jobs');
    expect(await judge(database)).toMatchObject({ ...CLEAN, lost: 1 });
  });

  it('takes no offence at the deletion of a completed job', async () => {
    await claim();
    await complete();
    await client.query('delete from jobs');
    expect(await judge(database)).toMatchObject(CLEAN);
  });

  it('sees a job that did not end', async () => {
    expect(await judge(database)).toMatchObject({ ...CLEAN, unfinished: 1 });
  });

  it('sees a job that was completed, and completed again by a late worker', async () => {
    await claim();
    await complete();
    await client.query(`update jobs set result = '"late"'`);
    expect(await judge(database)).toMatchObject({ ...CLEAN, doublyCompleted: 1 });
  });

  it('sees a job that was completed, and run again', async () => {
    await claim();
    await complete();
    await client.query(`update jobs set status = 'pending', completed_at = null`);
    await claim();
    await complete();
    expect(await judge(database)).toMatchObject({ ...CLEAN, doublyCompleted: 1 });
  });

  it('sees a start that the table did not grant', async () => {
    await claim();
    for (const atMs of [1_000, 2_000]) {
      await note('w1', 'start', atMs);
      await note('w1', 'end', atMs + 1);
    }
    await complete();
    expect(await judge(database)).toMatchObject({ ...CLEAN, startedTooOften: 1 });
  });

  it('sees more starts than attempts, handed back ones aside', async () => {
    await client.query('update jobs set max_attempts = 1');
    for (const atMs of [1_000, 2_000]) {
      await claim();
      await note('w1', 'start', atMs);
      await note('w1', 'end', atMs + 1);
      if (atMs === 1_000) await giveBack(0);
    }
    await complete();
    expect(await judge(database)).toMatchObject({ ...CLEAN, startedTooOften: 1 });
  });

  it('sees a job that failed though its handler does not', async () => {
    await claim();
    await client.query(`update jobs set status = 'failed', worker_id = null, completed_at = now()`);
    expect(await judge(database)).toMatchObject({ ...CLEAN, failed: 1 });
  });

  it.each([
    ['had neither ended nor been told to stop', null, 1],
    ['had been told to stop', 'signal', 0],
    ['had died', 'died', 0],
  ] as const)('judges a start while the former one %s', async (_case, kind, overlapping) => {
    await claim();
    await note('w1', 'start', 1_000);
    if (kind) await note('w1', kind, 1_500, 'w1');
    await giveBack(1);
    await claim();
    await note('w2', 'start', 2_000);
    await note('w2', 'end', 2_500);
    await complete();
    expect(await judge(database)).toMatchObject({ ...CLEAN, overlapping });
  });

  it('measures how long a killed worker’s job waited for its next start', async () => {
    await claim();
    const diedMs = Date.now() - 10_000;
    await note('w1', 'died', diedMs, 'w1');
    await giveBack(0);
    expect(await recovery(database)).toMatchObject({ stranded: 1, neverAgain: 1, p99: null });
    await note('w2', 'start', diedMs + 7_000);
    expect(await recovery(database)).toMatchObject({ stranded: 1, neverAgain: 0, p50: 7_000, p99: 7_000 });
  });
});
