import type { DataSource } from 'typeorm';
import { whyAhead } from '../../libs/jobs/src/store/sql/control/why-not-running.sql.js';
import { failedErrors } from '../../libs/jobs/src/store/sql/stats/stats-errors.sql.js';
import { countFailed } from '../../libs/jobs/src/store/sql/stats/stats-failed.sql.js';
import { readHeads } from '../../libs/jobs/src/store/sql/stats/stats-heads.sql.js';
import { newQueues } from '../../libs/jobs/src/store/sql/stats/stats-new-queues.sql.js';
import { countPending } from '../../libs/jobs/src/store/sql/stats/stats-pending.sql.js';
import { countRunning, findLongRunning } from '../../libs/jobs/src/store/sql/stats/stats-running.sql.js';
import { surveyHeads, surveySizes } from '../../libs/jobs/src/store/sql/stats/stats-survey.sql.js';
import { COUNT_LIMIT } from '../../libs/jobs/src/observe/stats/stats-reader.js';
import { useDatabase } from '../support/use-database.js';

interface PlanNode {
  'Node Type': string;
  'Relation Name'?: string;
  'Actual Rows': number;
  'Actual Loops': number;
  'Rows Removed by Filter'?: number;
  'Shared Hit Blocks': number;
  'Shared Read Blocks': number;
  Plans?: PlanNode[];
}

interface Cost {
  /** How often and by which kind of node the jobs table is read. */
  scans: string[];
  rowsRead: number;
  blocks: number;
}

const QUEUES = ['bulk', 'default', 'mail'];
const LANES = QUEUES.flatMap((queue) => Array.from({ length: 10 }, (_, priority) => ({ queue, priority })));
const STARTS = [
  LANES.map(({ queue }) => queue),
  LANES.map(({ priority }) => priority),
  LANES.map(() => '-infinity'),
  LANES.map(() => '00000000-0000-0000-0000-000000000000'),
];
const LIMIT_PER_LANE = 1_000;
/** A job behind all others of its queue. */
const LAST = ['bulk', 9, 'infinity', 'ffffffff-ffff-ffff-ffff-ffffffffffff'];

/** What each statement may look at, whatever the size of the table. Before PostgreSQL 18 EXPLAIN rounds rows per loop up. */
const READS = [
  { name: 'all lanes', text: surveyHeads.text, params: [0], maxRows: LANES.length + 1 },
  {
    name: 'all lanes with their jobs',
    text: surveySizes.text,
    params: [0, LANES.length * LIMIT_PER_LANE, LIMIT_PER_LANE],
    maxRows: LANES.length * (LIMIT_PER_LANE + 1) + 1,
  },
  { name: 'new queues', text: newQueues.text, params: [0, ['bulk', 'mail']], maxRows: 4 },
  { name: 'known lanes', text: readHeads.text, params: [0, ...STARTS], maxRows: LANES.length },
  {
    name: 'pending',
    text: countPending.text,
    params: [0, ...STARTS, LIMIT_PER_LANE],
    maxRows: LANES.length * LIMIT_PER_LANE,
  },
  { name: 'failed', text: countFailed.text, params: [0, 24, COUNT_LIMIT], maxRows: COUNT_LIMIT },
  { name: 'errors', text: failedErrors.text, params: [0, 24, COUNT_LIMIT], maxRows: COUNT_LIMIT },
  { name: 'before a job', text: whyAhead.text, params: [0, ...LAST, 15_000, COUNT_LIMIT], maxRows: COUNT_LIMIT },
  { name: 'running', text: countRunning.text, params: [0, null, COUNT_LIMIT], maxRows: COUNT_LIMIT },
  { name: 'running too long', text: findLongRunning.text, params: [0, null, COUNT_LIMIT, 100], maxRows: COUNT_LIMIT },
];

describe('the cost of statistics on a table of 350,000 jobs', () => {
  const database = useDatabase();
  let dataSource: DataSource;

  beforeAll(async () => {
    dataSource = await database.openDataSource();
    await dataSource.query('alter table jobs set (autovacuum_enabled = false)');
    await fill();
  }, 60_000);

  /** Three in seven of them pending, spread over three queues; every status shuffled through the whole table. */
  async function fill(): Promise<void> {
    await dataSource.query(
      `insert into jobs (type, queue, priority, scheduled_at, status, worker_id, started_at, completed_at)
       select
         'type_' || n % 7, ($1::text[])[1 + n % 3], n % 10, now() - (n % 5000) * interval '1 second', status,
         case when status = 'processing' then gen_random_uuid() end,
         case when status = 'processing' then now() - (n % 40) * interval '1 minute' end,
         case when status in ('completed', 'failed', 'cancelled') then now() - (n % 3000) * interval '1 minute' end
       from (
         select n, (array['pending', 'failed', 'pending', 'processing', 'completed', 'pending', 'cancelled'])
           [1 + hashint4(n) & 7] as status
         from generate_series(1, 400000) as n
       ) as job
       where status is not null`,
      [QUEUES],
    );
  }

  async function explain(text: string, params: unknown[]): Promise<Cost> {
    const [row] = await dataSource.query(`explain (analyze, buffers, timing off, format json) ${text}`, params);
    const plan: PlanNode = row['QUERY PLAN'][0].Plan;
    const scans = nodesOf(plan).filter((node) => node['Relation Name'] === 'jobs');
    const rows = scans.map(
      (node) => (node['Actual Rows'] + (node['Rows Removed by Filter'] ?? 0)) * node['Actual Loops'],
    );
    return {
      scans: [...new Set(scans.map((node) => node['Node Type']))],
      rowsRead: Math.round(rows.reduce((sum, n) => sum + n, 0)),
      blocks: plan['Shared Hit Blocks'] + plan['Shared Read Blocks'],
    };
  }

  function nodesOf(node: PlanNode): PlanNode[] {
    return [node, ...(node.Plans ?? []).flatMap(nodesOf)];
  }

  function expectBounded(cost: Cost, maxRows: number): void {
    expect(cost.scans.filter((scan) => !/^Index (Only )?Scan( Backward)?$/.test(scan))).toEqual([]);
    expect(cost.rowsRead).toBeLessThanOrEqual(maxRows);
    // A row costs at most its own block and a share of an index leaf, a descent of the index a handful of blocks.
    const descents = Math.min(maxRows, 100);
    expect(cost.blocks).toBeLessThanOrEqual(1.1 * maxRows + 10 * descents);
  }

  it.each(READS)('is bounded without statistics: $name', async ({ text, params, maxRows }) => {
    expectBounded(await explain(text, params), maxRows);
  });

  describe('once the table is analysed', () => {
    beforeAll(() => dataSource.query('analyze jobs'));

    it.each(READS)('is bounded: $name', async ({ text, params, maxRows }) => {
      expectBounded(await explain(text, params), maxRows);
    });
  });
});
