import pg from 'pg';
import { ClaimMarks } from '../../libs/jobs/src/claim/lanes/claim-marks.js';
import { lanesOf } from '../../libs/jobs/src/store/lane.js';
import { PoolExecutor, runOn } from '../../libs/jobs/src/store/connection/executors.js';
import { ClaimStore } from '../../libs/jobs/src/store/stages/claim.store.js';
import type { LeftOut } from '../../libs/jobs/src/store/sql/claim/claim-params.js';
import type { ClaimedRow } from '../../libs/jobs/src/store/sql/claim/claim-jobs.sql.js';
import type { Executor } from '../../libs/jobs/src/store/statement.js';
import { WorkerClient } from '../../libs/jobs/src/store/worker-connections/worker-client.js';
import { createTestPool, eventually } from '../support/index.js';
import { inTestSchema } from '../support/in-test-schema.js';
import { applicationUrl, isPooled } from '../support/pooler.js';
import { useDatabase } from '../support/use-database.js';

const WORKER = '019a0000-0000-7000-8000-00000000beef';

interface ClaimOptions {
  limit: number;
  queues?: string[];
  marks?: ClaimMarks;
  shard?: number;
  untouchedOnly?: boolean;
}

/** A type of which there is no job. */
const LEFT_OUT: LeftOut = { types: ['nobody "\\'], steps: 10_000 };

/** A worker's client knows the server's version; newer ones are asked in fewer words. */
const KINDS = [
  { kind: 'of all jobs', ahead: false, Client: WorkerClient },
  { kind: 'of all jobs, on a server of unknown version', ahead: false, Client: pg.Client },
  { kind: 'ahead of marks', ahead: true, Client: WorkerClient },
  { kind: 'ahead of marks, on a server of unknown version', ahead: true, Client: pg.Client },
  { kind: 'without paused types', ahead: true, Client: WorkerClient, leftOut: LEFT_OUT },
  { kind: 'without paused types, on a server of unknown version', ahead: true, Client: pg.Client, leftOut: LEFT_OUT },
];

describe.each(KINDS)('a claim $kind', ({ ahead, Client, leftOut = null }) => {
  const database = useDatabase();
  let pool: pg.Pool;
  let store: ClaimStore;

  beforeAll(async () => {
    database.closeFirst(() => pool.end());
    pool = createTestPool(applicationUrl(database.url), { max: 8, Client });
    store = new ClaimStore(inTestSchema(new PoolExecutor(pool, !isPooled)));
  });

  beforeEach(() => pool.query('truncate jobs'));

  function claim(options: ClaimOptions, from = store): Promise<ClaimedRow[]> {
    const { limit, queues = ['default'], marks, shard = 0, untouchedOnly = false } = options;
    const lanes = lanesOf(queues);
    const request = { shard, limit, workerId: WORKER, lanes };
    if (!ahead && !marks && !untouchedOnly) return from.claim(request);
    const starts = (marks ?? new ClaimMarks()).startsOf(lanes);
    return from.claimAhead({ ...request, marks: starts, laneLimits: lanes.map(() => limit), untouchedOnly, leftOut });
  }

  const types = (rows: ClaimedRow[]) => rows.map(({ type }) => type).sort();

  async function insert(type: string, given: Record<string, unknown> = {}): Promise<void> {
    const row = { type, ...given };
    const names = Object.keys(row);
    await pool.query(
      `insert into jobs (${names.join(', ')}) values (${names.map((_, i) => `$${i + 1}`).join(', ')})`,
      Object.values(row),
    );
  }

  const ago = (seconds: number) => new Date(Date.now() - seconds * 1_000);

  it('marks the rows as running: worker, start, attempt and run', async () => {
    await insert('a', { scheduled_at: ago(3), attempts: 1, run: 4 });
    const [row] = await claim({ limit: 1 });
    expect(row).toMatchObject({
      type: 'a',
      attempts: 2,
      run: 5,
      max_attempts: 5,
      queue: 'default',
      tags: null,
      created_at: expect.stringMatching(isPooled ? /:[0-9.]+\+00:00$/ : /:[0-9.]+[+-]\d\d$/) as string,
    });
    expect(row!.payload).toEqual({});
    expect(row!.wait_ms).toBeGreaterThanOrEqual(3_000);
    expect(row!.wait_ms).toBeLessThan(8_000);
    const { rows } = await pool.query('select status, worker_id, started_at is not null as started, run from jobs');
    expect(rows).toEqual([{ status: 'processing', worker_id: WORKER, started: true, run: 5 }]);
  });

  it('takes what has the lowest priority number first, whatever is older', async () => {
    for (const priority of [9, 5, 0, 7, 3])
      await insert(`p${priority}`, { priority, scheduled_at: ago(priority * 60) });
    expect(types(await claim({ limit: 2 }))).toEqual(['p0', 'p3']);
    expect(types(await claim({ limit: 2 }))).toEqual(['p5', 'p7']);
  });

  it('takes what fell due first within a priority', async () => {
    for (const seconds of [10, 30, 20]) await insert(`t${seconds}`, { scheduled_at: ago(seconds) });
    expect(types(await claim({ limit: 1 }))).toEqual(['t30']);
    expect(types(await claim({ limit: 1 }))).toEqual(['t20']);
  });

  it('serves the queues of one priority in the order given, and priority before queue', async () => {
    await insert('mail', { queue: 'mail', scheduled_at: ago(60) });
    await insert('default');
    await insert('urgent mail', { queue: 'mail', priority: 1 });
    expect(types(await claim({ limit: 2, queues: ['default', 'mail'] }))).toEqual(['default', 'urgent mail']);
    expect(types(await claim({ limit: 2, queues: ['default', 'mail'] }))).toEqual(['mail']);
  });

  it('leaves alone what is not due, not pending, in another queue or in another shard', async () => {
    await insert('future', { scheduled_at: ago(-60) });
    await insert('blocked', { status: 'blocked' });
    await insert('completed', { status: 'completed', completed_at: ago(1) });
    await insert('other queue', { queue: 'mail' });
    await insert('other shard', { shard: 1 });
    await insert('due');
    expect(types(await claim({ limit: 10 }))).toEqual(['due']);
    expect(types(await claim({ limit: 10, shard: 1 }))).toEqual(['other shard']);
  });

  it('goes on after its marks, down to the microsecond, and finds what lies before them without', async () => {
    const at = '2026-05-01 10:00:00.000001+00';
    await pool.query(
      `insert into jobs (type, scheduled_at) values
         ('first', $1), ('second', $1::timestamptz + interval '1 microsecond'),
         ('third', $1::timestamptz + interval '2 microseconds')`,
      [at],
    );
    const marks = new ClaimMarks();
    marks.advance(await claim({ limit: 2, marks }));
    await insert('back-dated', { scheduled_at: ago(86_400 * 365 * 5) });
    expect(types(await claim({ limit: 5, marks }))).toEqual(['third']);
    expect(types(await claim({ limit: 5 }))).toEqual(['back-dated']);
  });

  it('never shares a row with a claim that has not committed, and does not wait for it', async () => {
    await pool.query(`insert into jobs (type) select 'a' from generate_series(1, 50)`);
    const client = await pool.connect();
    try {
      await client.query('begin');
      const onClient: Executor = { run: (statement, params) => runOn(client, statement, params, !isPooled) };
      const inside = new ClaimStore(inTestSchema(onClient));
      const open = await claim({ limit: 30 }, inside);
      const other = await claim({ limit: 30 });
      expect(open).toHaveLength(30);
      expect(other).toHaveLength(20);
      expect(new Set([...open, ...other].map(({ id }) => id)).size).toBe(50);
      await client.query('rollback');
    } finally {
      client.release();
    }
    expect(await claim({ limit: 50 })).toHaveLength(30);
  });

  it('can pass over what has been touched since the oldest transaction still under way began', async () => {
    await pool.query(`insert into jobs (type) select 'a' from generate_series(1, 50)`);
    const client = await pool.connect();
    try {
      await client.query('begin');
      await client.query('select pg_current_xact_id()');
      await pool.query('select from jobs order by id limit 30 for update');
      expect(await claim({ limit: 10, untouchedOnly: true })).toHaveLength(10);
      expect(await claim({ limit: 50, untouchedOnly: true })).toHaveLength(10);
    } finally {
      await client.query('rollback');
      client.release();
    }
    // Transactions of other tests on the same server count as well.
    let found = 0;
    await eventually(async () => (found += (await claim({ limit: 50, untouchedOnly: true })).length) === 30);
  });

  it('shares out 4,000 jobs among eight claimers, each job once and no claim above its limit', async () => {
    await pool.query(`insert into jobs (type, priority) select 'a', n % 10 from generate_series(1, 4000) as n`);
    const claimed: string[] = [];
    const sizes: number[] = [];
    const claimAll = async () => {
      for (let rows: ClaimedRow[]; (rows = await claim({ limit: 70 })).length > 0;) {
        sizes.push(rows.length);
        claimed.push(...rows.map(({ id }) => id));
      }
    };
    await Promise.all(Array.from({ length: 8 }, claimAll));
    expect(claimed).toHaveLength(4_000);
    expect(new Set(claimed).size).toBe(4_000);
    expect(Math.max(...sizes)).toBe(70);
    const { rows } = await pool.query('select min(run), max(run), min(attempts), max(attempts) from jobs');
    expect(rows).toEqual([{ min: 1, max: 1 }]);
  });
});
