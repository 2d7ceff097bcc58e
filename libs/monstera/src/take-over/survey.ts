import { StartupError } from '@monstera/database';
import { pendingMigrations } from '@monstera/jobs';
import type { TakeOverSession } from './session.js';
import { columnFindings, type SourceTable } from './source-table.js';
import { FIND_IN_THE_WAY, FIND_MIGRATIONS_TABLE, FIND_TABLE, READ_COLUMNS, READ_OBJECTS } from './sql/survey.js';
import type { TakeOverOptions } from './take-over.options.js';

/** An object of the Go service with a name that the new version needs. */
export interface Move {
  what: string;
  do: string;
  undo: string;
}

export interface Survey {
  source: SourceTable;
  /** Migrations that have not run yet. */
  migrations: string[];
  makesMigrationsTable: boolean;
  /** Relations that these migrations create. */
  makes: string[];
  moves: Move[];
  /** The source's name after the moves. */
  sourceAfter: string;
}

/** Finds the source and the objects whose names conflict. Changes nothing. */
export async function survey(session: TakeOverSession, options: TakeOverOptions): Promise<Survey> {
  const migrationsTable = await findMigrationsTable(session);
  const migrations = migrationsTable.isTypeOrm
    ? await pendingMigrations(session.dataSource, session.runner)
    : session.dataSource.migrations.map(migrationName);
  const source = await findSource(session, options, migrations);
  const names = await namesToCome(session, migrations);
  const needed = migrationsTable.isTypeOrm ? names.relations : [...names.relations, migrationsTable.name];
  const moves = await session.read<Move[]>(FIND_IN_THE_WAY, [needed, names.functions, options.schema]);
  const isMoved = moves.some(({ what }) => what === `table ${source.name}`);
  const sourceAfter = isMoved ? `${options.schema}.${source.name.slice(source.name.indexOf('.') + 1)}` : source.name;
  return {
    source,
    migrations,
    makesMigrationsTable: !migrationsTable.isTypeOrm,
    makes: names.relations,
    moves,
    sourceAfter,
  };
}

export async function readSource(session: TakeOverSession, table: string): Promise<SourceTable & { kind: string }> {
  const [found] = await session.read<{ oid: string; kind: string; name: string }[]>(FIND_TABLE, [table]);
  if (!found) throw noTable(`There is no table ${table} in this database.`);
  const columns = await session.read<{ name: string; type: string }[]>(READ_COLUMNS, [found.oid]);
  return { name: found.name, kind: found.kind, columns: new Map(columns.map(({ name, type }) => [name, type])) };
}

async function findSource(
  session: TakeOverSession,
  { table }: TakeOverOptions,
  pending: string[],
): Promise<SourceTable> {
  const source = await readSource(session, table);
  if (source.columns.has('shard') && !pending.some((name) => name.startsWith('CreateJobs')))
    throw noTable(`${source.name} is the new version's own table.`);
  if (source.kind !== 'r') throw noTable(`${source.name} is a view or a partitioned table.`);
  const { missingRequired } = columnFindings(source);
  if (missingRequired.length > 0)
    throw new StartupError({
      code: 'TAKE_OVER_COLUMN_MISSING',
      what: `${source.name} has no column ${missingRequired.join(' and no column ')}.`,
      fix: 'Name another table (--table), or copy its rows into a table that has id, type and status. Nothing has been changed.',
    });
  return source;
}

function noTable(what: string): StartupError {
  return new StartupError({
    code: 'TAKE_OVER_NO_TABLE',
    what,
    fix: 'Name the table of the Go service: npm run take-over -- --dry-run --table <schema>.<table>. Check DATABASE_URL too.',
  });
}

async function findMigrationsTable(session: TakeOverSession) {
  const name = session.dataSource.options.migrationsTableName ?? 'migrations';
  const [found] = await session.read<{ isTypeOrm: boolean }[]>(FIND_MIGRATIONS_TABLE, [name]);
  return { name, isTypeOrm: found?.isTypeOrm === true };
}

interface Named {
  kind: 'relation' | 'function';
  name: string;
}

/** Runs the migrations in a transaction that is rolled back, so that no list of their names has to be kept. */
async function namesToCome(session: TakeOverSession, pending: string[]) {
  const relations: string[] = [];
  const functions: string[] = [];
  await session.inTransaction(
    async () => {
      await session.run('create schema take_over_rehearsal');
      await session.run('set local search_path = take_over_rehearsal');
      const seen = new Set<string>();
      for (const migration of session.dataSource.migrations) {
        await migration.up(session.runner);
        for (const { kind, name } of await session.read<Named[]>(READ_OBJECTS)) {
          if (seen.has(`${kind} ${name}`)) continue;
          seen.add(`${kind} ${name}`);
          if (pending.includes(migrationName(migration))) (kind === 'relation' ? relations : functions).push(name);
        }
      }
    },
    { keep: false },
  );
  return { relations, functions };
}

export function migrationName(migration: { name?: string; constructor: { name: string } }): string {
  return migration.name ?? migration.constructor.name;
}
