import { StartupError } from '@monstera/database';
import { pendingMigrations } from '@monstera/jobs';
import { inStep, type TakeOverSession } from './session.js';
import { COUNT_CHANGED_JOBS, countRows, DELETE_TAKEN_JOBS } from './sql/findings.js';
import { dropState, quoteName, readMoves } from './sql/state.js';
import { deleteMigration, dropMigrationsTable, FEATURE_TABLES } from './sql/undo.js';
import { readState, type TakeOverState } from './state.js';
import { migrationName, type Move } from './survey.js';
import type { TakeOverOptions } from './take-over.options.js';

/** Undoes a take-over in one transaction: the database is as it was before, or nothing has changed. */
export async function undo(session: TakeOverSession, options: TakeOverOptions): Promise<void> {
  const state = await readState(session, options);
  if (!state)
    throw new StartupError({
      code: 'TAKE_OVER_NOTHING_TO_UNDO',
      what: `There is no take-over in the schema ${options.schema} of this database.`,
      fix: 'Check DATABASE_URL, and --schema if the take-over had one. Nothing has been changed.',
    });
  await inStep('undoing the take-over', () =>
    session.inTransaction(async () => {
      if (!options.discardNewWork) await refuseIfWorked(session, options, state);
      await takeBack(session, options, state);
    }),
  );
}

async function takeBack(session: TakeOverSession, { schema }: TakeOverOptions, state: TakeOverState): Promise<void> {
  const done = await migrationsDone(session, state);
  const madeJobs = done.some((migration) => migrationName(migration).startsWith('CreateJobs'));
  if (!madeJobs && state.copiedTo !== null) await session.run(DELETE_TAKEN_JOBS(schema));
  const table = session.dataSource.options.migrationsTableName ?? 'migrations';
  for (const migration of done.toReversed()) {
    await migration.down(session.runner);
    await session.run(deleteMigration(table), [migrationName(migration)]);
  }
  if (state.madeMigrationsTable) await session.run(dropMigrationsTable(table));
  for (const { undo: statement } of await session.read<Move[]>(readMoves(schema))) await session.run(statement);
  for (const statement of dropState(schema)) await session.run(statement);
}

/** The migrations of the take-over that have run. */
async function migrationsDone({ dataSource, runner }: TakeOverSession, { migrations }: TakeOverState) {
  const pending = new Set(await pendingMigrations(dataSource, runner));
  return dataSource.migrations.filter((migration) => {
    const name = migrationName(migration);
    return migrations.includes(name) && !pending.has(name);
  });
}

async function refuseIfWorked(
  session: TakeOverSession,
  { schema }: TakeOverOptions,
  state: TakeOverState,
): Promise<void> {
  const work = await newWork(session, schema, state);
  if (work.length === 0) return;
  throw new StartupError({
    code: 'TAKE_OVER_WORKED_SINCE',
    what: `The new tables hold work that the Go service does not know: ${work.join(', ')}.`,
    fix: 'To lose it, run: npm run take-over -- --undo --discard-new-work. Nothing has been changed.',
  });
}

async function newWork(session: TakeOverSession, schema: string, state: TakeOverState): Promise<string[]> {
  const work: string[] = [];
  if (state.copiedTo !== null) {
    const [{ changed, added }] = await session.read<[{ changed: number; added: number }]>(COUNT_CHANGED_JOBS(schema));
    if (changed > 0) work.push(`${changed} jobs that have run, changed or gone`);
    if (added > 0 && state.migrations.some((name) => name.startsWith('CreateJobs'))) work.push(`${added} new jobs`);
  }
  for (const { name } of await session.read<{ name: string }[]>(FEATURE_TABLES, [state.makes])) {
    const [{ rows }] = await session.read<[{ rows: number }]>(countRows(quoteName(name)));
    if (rows > 0) work.push(`${rows} rows of ${name}`);
  }
  return work;
}
