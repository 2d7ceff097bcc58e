import type { DataSource } from 'typeorm';
import { coverOf } from '../../libs/jobs/src/history/cover.js';
import { shortestStep } from '../../libs/jobs/src/history/ladder.js';
import { readHistory, readHistoryByType } from '../../libs/jobs/src/store/sql/history/read-history.sql.js';
import { fillHistory } from './history-lab.js';
import { useDatabase } from '../support/use-database.js';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
/** Rows of one type in one queue over 30 days: 100 minutes, 175 of ten minutes, 220 hours, 31 days. */
const ROWS_OF_A_TYPE = 530;

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

  /** As `JobStatistics` asks about a time up to now. */
  function rangeOf(lengthMs: number, mostSeconds?: number) {
    const toMs = Math.floor(Date.now() / MINUTE_MS) * MINUTE_MS;
    const stepMs = shortestStep(lengthMs) * 1_000;
    const fromMs = Math.floor((toMs - lengthMs) / stepMs) * stepMs;
    const parts = coverOf(fromMs, toMs, mostSeconds);
    const params = [parts.map(({ seconds }) => seconds), parts.map(({ from }) => from), parts.map(({ to }) => to)];
    return { from: new Date(fromMs), to: new Date(toMs), params };
  }

  it.each([20, 200])('of everything, of a queue and of a type does not grow with the types: %d', async (types) => {
    await fillHistory(dataSource, types);
    const { from, to, params } = rangeOf(30 * DAY_MS, 86_400);
    for (const [type, queue] of [
      ['', ''],
      ['', 'queue_3'],
      ['type_7', null],
      ['type_7', 'queue_2'],
    ]) {
      const read = await rowsRead(readHistory.text, [type, queue, from, to, 86_400, ...params]);
      expect([type, queue, read > 400, read <= ROWS_OF_A_TYPE]).toEqual([type, queue, true, true]);
    }
  });

  it.each([
    ['an hour', HOUR_MS],
    ['a day', DAY_MS],
    ['a week', 7 * DAY_MS],
    ['30 days', 30 * DAY_MS],
  ])('of the types of %s reads at most some 80 rows of each, twice', async (_, lengthMs) => {
    await fillHistory(dataSource, 200);
    const read = await rowsRead(readHistoryByType.text, [...rangeOf(lengthMs).params, 'runs', null, 100]);
    expect(read).toBeLessThanOrEqual(2 * 85 * 206);
    expect(read).toBeGreaterThan(200);
  });
});
