import { StartupError } from '@monstera/database';
import type { TakeOverSession } from './session.js';
import { FIND_STATE, readState as readStateRow } from './sql/state.js';
import type { TakeOverOptions } from './take-over.options.js';

/** The options that decide what happens to a row. A run that continues must have the same. */
export type DecidingOptions = Pick<TakeOverOptions, 'zone' | 'statuses' | 'pastReminders' | 'table'>;

export interface TakeOverState {
  options: DecidingOptions & { shards: number; week: string };
  source: string;
  /** Migrations that the take-over had to run. */
  migrations: string[];
  /** Relations that these migrations create. */
  makes: string[];
  madeMigrationsTable: boolean;
  /** Number of rows that are copied. Null until every row has a decision. */
  copiedTo: number | null;
  verifiedAt: Date | null;
}

/**
 * Returns undefined if no take-over has begun.
 *
 * @throws StartupError `TAKE_OVER_SCHEMA_TAKEN` if the schema exists, but no take-over created it.
 */
export async function readState(
  session: TakeOverSession,
  { schema }: TakeOverOptions,
): Promise<TakeOverState | undefined> {
  const [{ schemaExists, stateExists }] = await session.read<[{ schemaExists: boolean; stateExists: boolean }]>(
    FIND_STATE,
    [schema],
  );
  if (stateExists) return (await session.read<TakeOverState[]>(readStateRow(schema)))[0];
  if (!schemaExists) return undefined;
  throw new StartupError({
    code: 'TAKE_OVER_SCHEMA_TAKEN',
    what: `The database has a schema ${schema} that no take-over has created.`,
    fix: 'Choose another schema for the old tables: --schema go_service_old. Nothing has been changed.',
  });
}

/** @throws StartupError `TAKE_OVER_OPTIONS_CHANGED`, which names the options that differ from the first run's. */
export function requireSameOptions(state: TakeOverState, options: TakeOverOptions, shards: number): void {
  const given = { zone: options.zone, table: options.table, shards, statuses: JSON.stringify(options.statuses) };
  const begun = { ...state.options, statuses: JSON.stringify(state.options.statuses) };
  const changed = (Object.keys(given) as (keyof typeof given)[]).filter((name) => given[name] !== begun[name]);
  if (options.pastReminders && options.pastReminders !== state.options.pastReminders) changed.push('statuses');
  if (changed.length === 0) return;
  throw new StartupError({
    code: 'TAKE_OVER_OPTIONS_CHANGED',
    what: `A take-over has begun with other values of: ${changed.join(', ')}. It had ${JSON.stringify(state.options)}.`,
    fix: 'Use the same options to continue, or undo it first: npm run take-over -- --undo',
  });
}
