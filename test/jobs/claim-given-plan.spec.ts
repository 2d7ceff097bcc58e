import pg from 'pg';
import { claimGiven } from '../../libs/jobs/src/store/sql/claim/claim-given.sql.js';
import { PLANNER_OPTIONS } from '../../libs/jobs/src/store/connection/session-settings.js';
import { scansOf, type PlanNode } from './plan-nodes.js';
import { useDatabase } from '../support/use-database.js';

const WORKER = '019a0000-0000-7000-8000-00000000beef';
const PARKED = 100;

describe('the plan of a claim of given jobs', () => {
  const database = useDatabase();
  let client: pg.Client;

  beforeAll(async () => {
    database.closeFirst(() => client.end());
    client = new pg.Client({ connectionString: database.url, options: PLANNER_OPTIONS });
    await client.connect();
    await client.query('alter table jobs set (autovacuum_enabled = false)');
    await client.query(`insert into jobs (type, crashes, run) select 'it', 1, 1 from generate_series(1, 100000)`);
    await client.query(`prepare any_server as ${claimGiven.text}; prepare from_17 as ${claimGiven.text17}`);
  });

  async function explain(name: string, mode: string): Promise<PlanNode> {
    const { rows: jobs } = await client.query<{ ids: string; runs: string }>(
      `select array_agg(id)::text as ids, array_agg(run)::text as runs from (select id, run from jobs limit ${PARKED}) as parked`,
    );
    const { ids, runs } = jobs[0]!;
    await client.query(`begin; set local plan_cache_mode = ${mode}`);
    const { rows } = await client.query<{ 'QUERY PLAN': [{ Plan: PlanNode }] }>(
      `explain (analyze, timing off, format json) execute ${name}(0, '${ids}', '${WORKER}', '${runs}')`,
    );
    await client.query('rollback');
    return rows[0]!['QUERY PLAN'][0].Plan;
  }

  describe.each(['without statistics', 'with fresh statistics'])('%s', (statistics) => {
    beforeAll(() => (statistics === 'with fresh statistics' ? client.query('analyze jobs') : undefined));

    it.each([
      ['any_server', 'force_custom_plan'],
      ['any_server', 'force_generic_plan'],
      ['from_17', 'force_custom_plan'],
      ['from_17', 'force_generic_plan'],
    ])('goes over the primary key only (%s, %s)', async (name, mode) => {
      const plan = await explain(name, mode);
      expect(scansOf(plan)).toMatchObject({ indexes: ['jobs_pkey'], fullScans: 0 });
      expect(plan['Actual Rows']).toBe(PARKED);
    });
  });
});
