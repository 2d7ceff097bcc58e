import pg from 'pg';
import { claimJobs, claimJobsAhead } from '../../libs/jobs/src/store/sql/claim/claim-jobs.sql.js';
import { claimAheadParams } from '../../libs/jobs/src/store/sql/claim/claim-params.js';
import { settleCompleted } from '../../libs/jobs/src/store/sql/settle/settle-completed.sql.js';
import { settleJobs, settleOrCancel } from '../../libs/jobs/src/store/sql/settle/settle-jobs.sql.js';
import { ClaimMarks } from '../../libs/jobs/src/claim/lanes/claim-marks.js';
import { lanesOf, laneTexts } from '../../libs/jobs/src/store/lane.js';
import { WorkerClient } from '../../libs/jobs/src/store/worker-connections/worker-client.js';
import { PLANNER_OPTIONS } from '../../libs/jobs/src/store/connection/session-settings.js';
import { readsOf, rowsUpdated, scansOf, type PlanNode } from './plan-nodes.js';
import { useDatabase } from '../support/use-database.js';

const WORKER = '019a0000-0000-7000-8000-00000000beef';
const QUEUES = ['default', 'mail', 'reports'];
const LIMIT = 500;
const RUNNING = 500;

/** Before this version a plan may read what lies between the first and the last id of a batch, beside the batch itself. */
const READS_ARRAYS_ONLY = 17;
/** What may lie there, for ids that were made in one go: jobs of the same millisecond. */
const NEIGHBOURS = 300;
const ALL_ROWS = 200_200;

/** What the table holds, beside 500 running jobs of the worker. `due` is what a claim can find at most. */
const CONTENTS = [
  { name: '200,000 pending jobs', sql: pendingJobs(200_000, '-1 second'), due: 200_000 },
  {
    name: '100,000 completed and 100,000 future jobs, 120 due among them',
    sql: `${finishedJobs(100_000)}; ${pendingJobs(100_000, '1 minute')}; ${pendingJobs(120, '-1 second')}`,
    due: 120,
  },
];

/** How a statement may get its plan: the planner's ways, which a pooler leaves it, and the settings of the worker's own. */
const PLANS = ['force_generic_plan', 'force_custom_plan', 'own'];

function pendingJobs(count: number, apart: string): string {
  return `
    insert into jobs (type, queue, priority, scheduled_at)
    select 'type_' || n % 7, (array['default', 'mail', 'reports'])[1 + n % 3], n % 10, now() + n * interval '${apart}'
    from generate_series(1, ${count}) as n`;
}

function finishedJobs(count: number): string {
  return `
    insert into jobs (type, queue, status, completed_at)
    select 'type_' || n % 7, (array['default', 'mail', 'reports'])[1 + n % 3], 'completed', now()
    from generate_series(1, ${count}) as n`;
}

function runningJobs(count: number): string {
  return `
    insert into jobs (type, status, worker_id, started_at, attempts, run)
    select 'running', 'processing', '${WORKER}', now(), 1, 1 from generate_series(1, ${count})`;
}

function claimParams(limit: number): unknown[] {
  return [0, limit, WORKER, ...laneTexts(lanesOf(QUEUES))];
}

/** From the beginning of time. */
function aheadParams(limit: number, untouchedOnly: boolean): unknown[] {
  const lanes = lanesOf(QUEUES);
  const from = { marks: new ClaimMarks().startsOf(lanes), laneLimits: lanes.map(() => limit), untouchedOnly };
  return claimAheadParams({ shard: 0, limit, workerId: WORKER, lanes, ...from, leftOut: null }, laneTexts(lanes));
}

function settleParams(ids: string[], status = 'completed'): unknown[] {
  const each = (value: unknown) => ids.map(() => value);
  return [0, WORKER, ids, each(1), each(status), each(0), each(false), each('oops'), each(true), each('{}')];
}

function literal(value: unknown): string {
  if (Array.isArray(value)) return pg.escapeLiteral(`{${value.map((item) => JSON.stringify(item)).join(',')}}`);
  return pg.escapeLiteral(String(value));
}

describe('the plans of claim and settle', () => {
  let client: WorkerClient;
  let own: pg.Client;
  let neighbours: number;

  /** A table without autovacuum, so that its statistics are what the test made them. */
  function useTable(): void {
    const database = useDatabase();

    beforeAll(async () => {
      client = new WorkerClient({ connectionString: database.url });
      own = new pg.Client({ connectionString: database.url, options: PLANNER_OPTIONS });
      for (const each of [client, own]) {
        database.closeFirst(() => each.end());
        await each.connect();
      }
      await client.query('alter table jobs set (autovacuum_enabled = false)');
      const isOlder = client.serverMajor < READS_ARRAYS_ONLY;
      neighbours = isOlder ? NEIGHBOURS : 0;
      const statements = [claimJobs, claimJobsAhead, settleJobs, settleOrCancel, settleCompleted];
      for (const { name, text, text17 = text } of statements) {
        await client.query(`prepare ${name} as ${text}`);
        await own.query(`prepare ${name} as ${isOlder ? text : text17}`);
      }
    });
  }

  /** Runs the prepared statement, takes it back, and answers how it was run. */
  async function explain(planMode: string, { name }: { name: string }, params: unknown[]): Promise<PlanNode> {
    const session = planMode === 'own' ? own : client;
    await session.query('begin');
    if (session === client) await session.query(`set local plan_cache_mode = ${planMode}`);
    const { rows } = await session.query<{ 'QUERY PLAN': [{ Plan: PlanNode }] }>(
      `explain (analyze, timing off, format json) execute ${name}(${params.map(literal).join(', ')})`,
    );
    await session.query('rollback');
    return rows[0]!['QUERY PLAN'][0].Plan;
  }

  /** Oldest first. */
  async function runningIds(): Promise<string[]> {
    const { rows } = await client.query<{ id: string }>(`select id from jobs where status = 'processing' order by id`);
    return rows.map(({ id }) => id);
  }

  function expectKeyOnly(plan: PlanNode, mayWaste: number): void {
    const { wasted, ...scans } = scansOf(plan);
    expect(scans).toEqual({ indexes: ['jobs_pkey'], fullScans: 0 });
    expect(wasted).toBeLessThanOrEqual(mayWaste);
  }

  /** `spanning`: how a plan may come about that, before 17, reads all that lies between one old job and the new ones. */
  function eachPlan(due: number, spanning?: string): void {
    it.each(PLANS)(
      'claims over the due index and the primary key, never more than its limit (%s)',
      async (planMode) => {
        for (const limit of [1, LIMIT]) {
          for (const plan of [
            await explain(planMode, claimJobs, claimParams(limit)),
            await explain(planMode, claimJobsAhead, aheadParams(limit, false)),
          ]) {
            expect(readsOf(plan)).toEqual(['Index Scan jobs_due', 'Index Scan jobs_pkey']);
            expect(plan['Actual Rows']).toBe(Math.min(limit, due));
          }
        }
        const untouched = await explain(planMode, claimJobsAhead, aheadParams(LIMIT, true));
        expect(readsOf(untouched)).toEqual(['Index Scan jobs_due', 'Index Scan jobs_pkey']);
      },
    );

    it.each(PLANS)(
      'settles over the primary key, and looks for requests only where a job would wait again (%s)',
      async (planMode) => {
        const ids = await runningIds();
        for (const batch of [ids.slice(0, 1), ids]) {
          const plan = await explain(planMode, settleJobs, settleParams(batch));
          expect(scansOf(plan)).toMatchObject({ indexes: ['jobs_pkey'], fullScans: 0 });
          expect(plan['Actual Rows']).toBe(batch.length);
          const retried = await explain(planMode, settleOrCancel, settleParams(batch, 'pending'));
          expect(scansOf(retried)).toMatchObject({ indexes: ['job_signals_pkey', 'jobs_pkey'], fullScans: 0 });
          expect(retried['Actual Rows']).toBe(batch.length);
          const completed = await explain(planMode, settleCompleted, [0, WORKER, batch, 1]);
          expectKeyOnly(completed, planMode === spanning && neighbours > 0 ? ALL_ROWS : neighbours);
          expect(rowsUpdated(completed)).toBe(batch.length);
        }
      },
    );
  }

  describe.each(CONTENTS)('on $name', ({ sql, due }) => {
    useTable();

    describe('without statistics', () => {
      beforeAll(() => client.query(`${sql}; ${runningJobs(RUNNING)}`));
      eachPlan(due);
    });

    describe('with fresh statistics', () => {
      beforeAll(() => client.query('analyze jobs'));
      eachPlan(due);
    });
  });

  describe.each(CONTENTS)('on $name, with statistics of the time when the table was nearly empty', ({ sql, due }) => {
    useTable();

    beforeAll(async () => {
      await client.query(`${finishedJobs(50)}; ${runningJobs(1)}`);
      await client.query('analyze jobs');
      await client.query(`${sql}; ${runningJobs(RUNNING)}`);
    });
    eachPlan(due, 'force_custom_plan');
  });

  describe.each([1_000, 5_000, 20_000, 100_000])('on %d jobs that came after the plans were made', (count) => {
    useTable();

    beforeAll(async () => {
      await explain('own', claimJobs, claimParams(LIMIT));
      await explain('own', claimJobsAhead, aheadParams(LIMIT, false));
      await explain('own', settleJobs, settleParams([WORKER]));
      await explain('own', settleCompleted, [0, WORKER, [WORKER], 1]);
      await client.query(`${runningJobs(1)}; ${pendingJobs(count, '-1 second')}; ${runningJobs(RUNNING)}`);
    });

    it('claims and settles over its indexes all the same, with and without statistics', async () => {
      for (const statistics of ['without', 'with']) {
        if (statistics === 'with') await client.query('analyze jobs');
        for (const claimed of [
          await explain('own', claimJobs, claimParams(LIMIT)),
          await explain('own', claimJobsAhead, aheadParams(LIMIT, false)),
        ])
          expect(readsOf(claimed)).toEqual(['Index Scan jobs_due', 'Index Scan jobs_pkey']);
        const ids = (await runningIds()).slice(1);
        expectKeyOnly(await explain('own', settleJobs, settleParams(ids)), neighbours);
        expectKeyOnly(await explain('own', settleCompleted, [0, WORKER, ids, 1]), neighbours);
      }
    });

    it('does not read all that lies between one old job and the new ones that it is settled with', async () => {
      await own.query('discard plans');
      const ids = await runningIds();
      // With few rows the planner is right to read them all.
      const mayWaste = count < 50_000 && neighbours > 0 ? count : 0;
      expectKeyOnly(await explain('own', settleCompleted, [0, WORKER, ids, 1]), mayWaste);
      expectKeyOnly(await explain('own', settleJobs, settleParams(ids)), mayWaste);
    });
  });

  describe('on a small table, with and without statistics', () => {
    useTable();

    beforeAll(async () => {
      await client.query(`${pendingJobs(40, '-1 second')}; ${finishedJobs(40)}`);
    });

    it.each(PLANS)('claims no more than the limit, whatever the plan (%s)', async (planMode) => {
      for (const limit of [1, 7, 40, 100]) {
        for (const plan of [
          await explain(planMode, claimJobs, claimParams(limit)),
          await explain(planMode, claimJobsAhead, aheadParams(limit, false)),
        ])
          expect(plan['Actual Rows']).toBe(Math.min(limit, 40));
      }
      await client.query('analyze jobs');
      expect((await explain(planMode, claimJobs, claimParams(7)))['Actual Rows']).toBe(7);
    });
  });
});
