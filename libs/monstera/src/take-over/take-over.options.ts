import { StartupError } from '@monstera/database';
import { parseArgs } from 'node:util';

export interface TakeOverOptions {
  /** Reports what would be done and changes nothing. */
  dryRun: boolean;
  /** Restores the state before the take-over. */
  undo: boolean;
  /** With `undo`: go ahead even if the new tables hold work that the old ones do not. */
  discardNewWork: boolean;
  /** What happens to pending reminders of past weeks. Undefined: not decided. */
  pastReminders?: 'cancel' | 'keep';
  /** IANA zone of times that are stored without one. */
  zone: string;
  /** Table of the Go service's jobs, with its schema if it is not in the search path. */
  table: string;
  /** Schema for the Go service's tables with conflicting names, and for the take-over's own tables. */
  schema: string;
  /** Other names of statuses, such as `{ done: 'completed' }`. */
  statuses: Record<string, string>;
  /** Rows per transaction. */
  batch: number;
}

const FLAGS = {
  'dry-run': { type: 'boolean', default: false },
  undo: { type: 'boolean', default: false },
  'discard-new-work': { type: 'boolean', default: false },
  'cancel-past-reminders': { type: 'boolean', default: false },
  'keep-past-reminders': { type: 'boolean', default: false },
  zone: { type: 'string', default: 'UTC' },
  table: { type: 'string', default: 'jobs' },
  schema: { type: 'string', default: 'go_service' },
  status: { type: 'string', multiple: true, default: [] as string[] },
  batch: { type: 'string', default: '2000' },
} as const;

const STATUSES = ['pending', 'processing', 'completed', 'failed', 'cancelled'];
const SCHEMA = /^[a-z_][a-z0-9_]{0,50}$/;

/** @throws StartupError `TAKE_OVER_INVALID_OPTION`, which names the option. */
export function readOptions(args: string[]): TakeOverOptions {
  const given = parse(args);
  if (given['cancel-past-reminders'] && given['keep-past-reminders'])
    throw invalid('--cancel-past-reminders and --keep-past-reminders contradict each other');
  if (given.undo && given['dry-run']) throw invalid('--undo and --dry-run contradict each other');
  if (!SCHEMA.test(given.schema)) throw invalid(`--schema must be a plain lower-case name; it is "${given.schema}"`);
  const batch = Number(given.batch);
  if (!Number.isInteger(batch) || batch < 1 || batch > 100_000)
    throw invalid(`--batch must be a whole number from 1 to 100000; it is "${given.batch}"`);
  return {
    dryRun: given['dry-run'],
    undo: given.undo,
    discardNewWork: given['discard-new-work'],
    pastReminders: given['cancel-past-reminders'] ? 'cancel' : given['keep-past-reminders'] ? 'keep' : undefined,
    zone: checkedZone(given.zone),
    table: given.table,
    schema: given.schema,
    statuses: Object.fromEntries(given.status.map(statusPair)),
    batch,
  };
}

function parse(args: string[]) {
  try {
    return parseArgs({ args, options: FLAGS, strict: true }).values;
  } catch (error) {
    throw invalid(error instanceof Error ? error.message : String(error));
  }
}

function statusPair(text: string): [string, string] {
  const [, from = '', to = ''] = /^(.+)=(\w+)$/.exec(text) ?? [];
  if (!from.trim() || !STATUSES.includes(to))
    throw invalid(`--status must be <old>=<new>, new being one of ${STATUSES.join(', ')}; it is "${text}"`);
  return [from.trim().toLowerCase(), to];
}

/** Accepts the same names as schedules. The database would also accept texts such as `EST5EDT4`. */
function checkedZone(zone: string): string {
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone });
    return zone;
  } catch {
    throw invalid(`--zone must be an IANA time zone such as Asia/Tokyo; it is "${zone}"`);
  }
}

function invalid(what: string): StartupError {
  return new StartupError({
    code: 'TAKE_OVER_INVALID_OPTION',
    what: `${what}.`,
    fix: 'docs/take-over-go-rows.md lists the options. Nothing has been changed.',
  });
}
