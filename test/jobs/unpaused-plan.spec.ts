import pg from 'pg';
import { ClaimMarks } from '../../libs/jobs/src/claim/lanes/claim-marks.js';
import { lanesOf, laneTexts } from '../../libs/jobs/src/store/lane.js';
import { PLANNER_OPTIONS } from '../../libs/jobs/src/store/connection/session-settings.js';
import { claimJobsUnpaused } from '../../libs/jobs/src/store/sql/claim/claim-unpaused.sql.js';
import { claimUnpausedParams } from '../../libs/jobs/src/store/sql/claim/claim-params.js';
import { nextUnpaused } from '../../libs/jobs/src/store/sql/claim/next-due.sql.js';
import { scansOf, type PlanNode } from './plan-nodes.js';
import { useDatabase } from '../support/use-database.js';

const WORKER = '019a0000-0000-7000-8000-00000000beef';
const PAUSED = 50_000;
const LANES = lanesOf(['default', 'mail', 'reports']);
const STEPS = 1_000;
const LATER_STEPS = 1_000;

/** Without statistics a plan that reads everything looks cheap. */
describe('the plans beside many due jobs of a paused type', () => {
  const database = useDatabase();
  let client: pg.Client;

  beforeAll(async () => {
    client = new pg.Client({ connectionString: database.url, options: PLANNER_OPTIONS });
    database.closeFirst(() => client.end());
    await client.connect();
    await client.query('alter table jobs set (autovacuum_enabled = false)');
    await client.query(
      `insert into jobs (type, queue, scheduled_at)
       select 'paused', (array['default', 'mail', 'reports'])[1 + n % 3], now() + (case when n % 2 = 0 then 1 else -1 end) * interval '1 hour'
       from generate_series(1, ${PAUSED}) as n`,
    );
    await client.query(
      `insert into jobs (type, queue, scheduled_at) select 'open', 'mail', now() - interval '2 hours' from generate_series(1, 5)`,
    );
    for (const { name, text, text17 = text } of [claimJobsUnpaused, nextUnpaused])
      await client.query(`prepare ${name} as ${text}; prepare ${name}_17 as ${text17}`);
  });

  async function explain(name: string, mode: string, params: readonly unknown[]): Promise<PlanNode> {
    const values = params.map((value) => (value === null ? 'null' : pg.escapeLiteral(textOf(value))));
    await client.query(`begin; set local plan_cache_mode = ${mode}`);
    const { rows } = await client.query<{ 'QUERY PLAN': [{ Plan: PlanNode }] }>(
      `explain (analyze, timing off, format json) execute ${name}(${values.join(', ')})`,
    );
    await client.query('rollback');
    return rows[0]!['QUERY PLAN'][0].Plan;
  }

  const textOf = (value: unknown) =>
    Array.isArray(value) ? `{${value.map((each) => JSON.stringify(each)).join(',')}}` : String(value);

  const marks = new ClaimMarks().startsOf(LANES);
  const request = { shard: 0, limit: 100, workerId: WORKER, lanes: LANES, marks, laneLimits: LANES.map(() => 100) };
  const leftOut = { types: ['paused'], steps: STEPS };
  const claimParams = claimUnpausedParams({ ...request, untouchedOnly: false, leftOut }, laneTexts(LANES), leftOut);
  const nextParams = [
    0,
    null,
    null,
    LANES.map(({ queue }) => queue),
    LANES.map(({ priority }) => priority),
    LANES.map(() => '-infinity'),
    ['paused'],
    STEPS,
  ];

  describe.each(['without statistics', 'with fresh statistics'])('%s', (statistics) => {
    beforeAll(() => (statistics === 'with fresh statistics' ? client.query('analyze jobs') : undefined));

    it.each([
      ['', 'force_custom_plan'],
      ['', 'force_generic_plan'],
      ['_17', 'force_custom_plan'],
      ['_17', 'force_generic_plan'],
    ])('step over a limited number of them (%s, %s)', async (suffix, mode) => {
      const claimed = await explain(`jobs_claim_jobs_unpaused${suffix}`, mode, claimParams);
      expect(claimed['Actual Rows']).toBe(5);
      const { indexes, fullScans, wasted } = scansOf(claimed);
      expect([indexes.toSorted(), fullScans]).toEqual([['jobs_due', 'jobs_pkey'], 0]);
      expect(wasted).toBeLessThanOrEqual(LANES.length * STEPS);
      const next = scansOf(await explain(`jobs_next_unpaused${suffix}`, mode, nextParams));
      expect([next.indexes, next.fullScans]).toEqual([['jobs_due'], 0]);
      expect(next.wasted).toBeLessThanOrEqual(LANES.length * (STEPS + 2 * LATER_STEPS));
    });
  });
});
