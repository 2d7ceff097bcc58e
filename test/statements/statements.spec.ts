import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type pg from 'pg';
import { RENDERED, renderStatements, type RenderedText } from './render-statements.js';
import { useDatabase } from '../support/use-database.js';

const FOLDER = join(process.cwd(), RENDERED);

describe('the rendered statements', () => {
  let rendered: RenderedText[];
  const database = useDatabase();
  let client: pg.Client;

  beforeAll(async () => {
    rendered = await renderStatements(process.cwd(), (file) => import(file) as Promise<Record<string, unknown>>);
    client = await database.connect();
  });

  it('are those of the code; otherwise run `npm run sql:render` and review what it changes', () => {
    expect(Object.fromEntries(committed().map(({ file, content }) => [file, content]))).toEqual(
      Object.fromEntries(rendered.map(({ file, content }) => [file, content])),
    );
  });

  it('have a text for PostgreSQL 17 and one for poolers where these differ', () => {
    const claims = rendered.map(({ file }) => file).filter((file) => file.startsWith('claim/claim-jobs.'));
    expect(claims).toEqual(['claim/claim-jobs.pg17.sql', 'claim/claim-jobs.pooled.sql', 'claim/claim-jobs.sql']);
  });

  it('name the parameters, also those that come from another type', () => {
    const { content } = rendered.find(({ file }) => file === 'stats/stats-pending.sql')!;
    expect(content).toContain('$1 shard, $2 queues, $3 priorities, $4 startTimes, $5 startIds, $6 limitPerLane.');
  });

  it('can be planned', async () => {
    await client.query('set plan_cache_mode = force_generic_plan');
    const refused: string[] = [];
    for (const { file, content } of committed())
      await plan(content).catch((error: Error) => refused.push(`${file}: ${error.message}`));
    expect(refused).toEqual([]);
  });

  async function plan(content: string): Promise<void> {
    await client.query(`prepare planned as ${content}`);
    const { rows } = await client.query<{ count: number }>(
      `select cardinality(parameter_types) as count from pg_prepared_statements where name = 'planned'`,
    );
    const values = Array.from({ length: rows[0]!.count }, () => 'null').join(', ');
    try {
      await client.query(`explain execute planned${values && `(${values})`}`);
    } finally {
      await client.query('deallocate planned');
    }
  }
});

function committed(): RenderedText[] {
  const names = readdirSync(FOLDER, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.sql'));
  return names.sort().map((name) => ({
    file: name.replaceAll('\\', '/'),
    content: readFileSync(join(FOLDER, name), 'utf8'),
  }));
}
