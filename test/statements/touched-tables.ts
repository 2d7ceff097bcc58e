import type pg from 'pg';

/** The tables of the queue that a statement touches. A table that it writes counts as written only. */
export interface TouchedTables {
  writes: Set<string>;
  reads: Set<string>;
}

interface PlanNode {
  'Node Type': string;
  'Relation Name'?: string;
  Plans?: PlanNode[];
}

const OWN_TABLE = /^(jobs|job_\w+)$/;

/** As PostgreSQL plans the text, whatever the text looks like. The planner leaves no write out. */
export async function touchedTables(client: pg.Client, text: string): Promise<TouchedTables> {
  const nodes = [...flat(await planOf(client, text))];
  const tablesOf = (isWrite: boolean) =>
    nodes
      .filter((node) => (node['Node Type'] === 'ModifyTable') === isWrite)
      .map((node) => node['Relation Name'] ?? '')
      .filter((name) => OWN_TABLE.test(name));
  const writes = new Set(tablesOf(true));
  return { writes, reads: new Set(tablesOf(false).filter((name) => !writes.has(name))) };
}

async function planOf(client: pg.Client, text: string): Promise<PlanNode> {
  await client.query(`prepare touching as ${text}`);
  try {
    const { rows: prepared } = await client.query<{ count: number }>(
      `select cardinality(parameter_types) as count from pg_prepared_statements where name = 'touching'`,
    );
    const values = Array.from({ length: prepared[0]!.count }, () => 'null').join(', ');
    const { rows } = await client.query<{ 'QUERY PLAN': [{ Plan: PlanNode }] }>(
      `explain (format json) execute touching${values && `(${values})`}`,
    );
    return rows[0]!['QUERY PLAN'][0].Plan;
  } finally {
    await client.query('deallocate touching');
  }
}

function* flat(node: PlanNode): Generator<PlanNode> {
  yield node;
  for (const child of node.Plans ?? []) yield* flat(child);
}
