import type { DataSource } from 'typeorm';
import { readHistory, readHistoryByType } from '../../libs/jobs/src/store/sql/history/read-history.sql.js';
import { fillHistory } from './history-lab.js';
import { useDatabase } from '../support/use-database.js';

const DAY_MS = 86_400_000;
/** Rows of one type in one queue over 30 days: 90 minutes, 159 of ten minutes, 188 hours, 21 days, and the ends. */
const ROWS_OF_A_TYPE = 475;

interface PlanNode {
  'Relation Name'?: string;
  'Actual Rows': number;
  'Actual Loops': number;
  'Rows Removed by Filter'?: number;
  Plans?: PlanNode[];
}

describe('the cost of reading 30 days of history', () => {
  const database = useDatabase();
  let dataSource: DataSource;

  beforeAll(async () => {
    dataSource = await database.openDataSource();
  });

  /** How many rows of the table a statement looks at. */
  async function rowsRead(text: string, params: unknown[]): Promise<number> {
    const [{ 'QUERY PLAN': plan }] = await dataSource.query<[{ 'QUERY PLAN': [{ Plan: PlanNode }] }]>(
      `explain (analyze, format json) ${text}`,
      params,
    );
    const count = (node: PlanNode): number => {
      const own = (node['Actual Rows'] + (node['Rows Removed by Filter'] ?? 0)) * node['Actual Loops'];
      return (node['Relation Name'] ? own : 0) + (node.Plans ?? []).reduce((sum, child) => sum + count(child), 0);
    };
    return count(plan[0].Plan);
  }

  const monthAgo = () => new Date(Date.now() - 30 * DAY_MS);
  const end = () => new Date(Date.now() + DAY_MS);

  it.each([20, 200])('of everything, of a queue and of a type does not grow with the types: %d', async (types) => {
    await fillHistory(dataSource, types);
    for (const [type, queue] of [
      ['', ''],
      ['', 'queue_3'],
      ['type_7', null],
      ['type_7', 'queue_2'],
    ]) {
      const read = await rowsRead(readHistory.text, [type, queue, monthAgo(), end(), 86_400]);
      expect([type, queue, read > 400, read <= ROWS_OF_A_TYPE]).toEqual([type, queue, true, true]);
    }
  });

  it('of the types reads the rows of the range, twice', async () => {
    await fillHistory(dataSource, 200);
    const hour = [null, new Date(Date.now() - 3_600_000), end(), 'runs', 100];
    expect(await rowsRead(readHistoryByType.text, hour)).toBeLessThanOrEqual(2 * 61 * 206);
  });
});
