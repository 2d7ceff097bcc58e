import type pg from 'pg';
import { collectStatements } from './collect-statements.js';
import { describeStores, type StatementSender } from './describe-stores.js';
import { touchedTables, type TouchedTables } from './touched-tables.js';
import { useDatabase } from '../support/use-database.js';

/** Nothing else writes the table `jobs`, beside migrations and the SQL functions that they make. */
const WRITE_JOBS = [
  'ActionStore',
  'ClaimStore',
  'EnqueueStore',
  'JobStore',
  'PruneStore',
  'RescueStore',
  'SettleStore',
];

interface Sent extends TouchedTables {
  name: string;
  senders: StatementSender[];
}

describe('the stores', () => {
  const database = useDatabase();
  let client: pg.Client;
  let senders: StatementSender[];
  let statements: Sent[];

  beforeAll(async () => {
    client = await database.connect();
    await client.query('set plan_cache_mode = force_generic_plan');
    const project = process.cwd();
    senders = describeStores(project);
    const collected = await collectStatements(project, (file) => import(file) as Promise<Record<string, unknown>>);
    statements = [];
    for (const { statement, file, name } of collected) {
      const { text, text17 = text, pooledText = text } = statement;
      const touched: TouchedTables[] = [];
      for (const sent of new Set([text, text17, pooledText])) touched.push(await touchedTables(client, sent));
      statements.push({
        name: statement.name,
        writes: unionOf(touched.map(({ writes }) => writes)),
        reads: unionOf(touched.map(({ reads }) => reads)),
        senders: senders.filter(({ imports }) => imports.some((given) => given.file === file && given.name === name)),
      });
    }
  });

  function tablesOf(store: string): { writes: string[]; reads: string[] } {
    const own = statements.filter(({ senders: by }) => by.some((sender) => sender.store === store));
    const writes = unionOf(own.map((statement) => statement.writes));
    const reads = unionOf(own.map((statement) => statement.reads));
    return { writes: [...writes].sort(), reads: [...reads].filter((table) => !writes.has(table)).sort() };
  }

  it('send every statement that writes; other files of store/ only ask or set limits', () => {
    const elsewhere = statements.filter(({ writes, senders: by }) => writes.size > 0 && by.some(({ store }) => !store));
    expect(elsewhere.map(({ name }) => name)).toEqual([]);
    expect(statements.filter(({ senders: by }) => by.length === 0).map(({ name }) => name)).toEqual([]);
  });

  it('that write jobs are these', () => {
    const writers = statements.filter(({ writes }) => writes.has('jobs')).flatMap(({ senders: by }) => by);
    expect([...new Set(writers.map(({ store }) => store))].sort()).toEqual(WRITE_JOBS);
  });

  it('say in their comment which tables they write, and which others they read', () => {
    const stores = senders.filter(({ store }) => store !== undefined);
    const said = stores.map(({ store, writes, reads }) => ({ store, writes, reads }));
    expect(said).toEqual(stores.map(({ store }) => ({ store, ...tablesOf(store!) })));
  });
});

function unionOf(sets: readonly ReadonlySet<string>[]): Set<string> {
  return new Set(sets.flatMap((set) => [...set]));
}
