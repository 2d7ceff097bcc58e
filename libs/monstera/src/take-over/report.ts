import { columnFindings, type SourceTable } from './source-table.js';
import type { Move } from './survey.js';
import type { TakeOverOptions } from './take-over.options.js';

export interface Findings {
  statuses: { oldStatus: string; becomes: string; rows: number }[];
  notes: { note: string; rows: number; example: string | null }[];
  reasons: { reason: string; rows: number; example: string | null }[];
  waiting: { type: string; rows: number; oldest: Date | null }[];
}

const NOTES: Record<string, string> = {
  id_changed: 'have an id that is no lower-case UUID: they get one that is worked out from it, always the same',
  id_repeated: 'share their id with an earlier row: they get one of their own',
  was_processing: 'were running when the Go service stopped: they run again, with their attempts used',
  status_spelling: 'spell their status otherwise',
  payload_empty: 'have no payload (nothing, empty or null): it becomes {}',
  payload_large: 'have a payload above 262144 characters: kept as it is',
  time_none: 'have times before 2 January 1970, such as 0001-01-01: they are no times',
  time_unreadable: 'have a text that is no time where the job does not need it: left out',
  attempts_mended: 'have attempts that are missing, negative or no number: they become 0',
  past_reminder: 'are pending reminders of weeks that are over',
};

const REASONS: Record<string, string> = {
  status_unknown: 'a status that is not known; --status <old>=<new> names it',
  type_missing: 'no type',
  type_too_long: 'a type of more than 50 characters',
  payload_unreadable: 'a payload that cannot be kept as JSON',
  never_due: 'a scheduled time of infinity: it would never run',
  scheduled_at_unreadable: 'a scheduled time that is no time',
};

export function describeSource(table: SourceTable, moves: Move[], { zone, schema }: TakeOverOptions): string[] {
  const { missing, leftBehind, zoneless } = columnFindings(table);
  return [
    `Jobs of the Go service: ${table.name}`,
    ...(missing.length > 0 ? [`  It lacks ${missing.join(', ')}: defaults are taken.`] : []),
    ...(leftBehind.length > 0
      ? [`  Columns without a place in the new table stay behind: ${leftBehind.join(', ')}.`]
      : []),
    ...(zoneless.length > 0 ? [`  Without a time zone, read as ${zone} (--zone): ${zoneless.join(', ')}.`] : []),
    ...(moves.length > 0 ? [`In the way of the new tables, set aside into the schema ${schema}:`] : []),
    ...moves.map(({ what }) => `  ${what}`),
  ];
}

export function describeFindings({ statuses, notes, reasons, waiting }: Findings): string[] {
  const total = statuses.reduce((sum, { rows }) => sum + rows, 0);
  return [
    `${total} rows, by status:`,
    ...statuses.map(({ oldStatus, becomes, rows }) => `  ${rows} ${oldStatus} -> ${becomes}`),
    ...section(
      'Of these:',
      notes.map(({ note, rows, example }) => `  ${rows} ${NOTES[note] ?? note}${such(example)}`),
    ),
    ...section('Into quarantine, each with its row, because of:', reasons.map(describeReason)),
    ...section('Jobs that will run:', waiting.map(describeWaiting)),
  ];
}

const section = (title: string, lines: string[]): string[] => (lines.length > 0 ? [title, ...lines] : []);

const such = (example: string | null): string => (example === null ? '' : ` (such as id ${example.slice(0, 60)})`);

function describeReason({ reason, rows, example }: Findings['reasons'][number]): string {
  const [code = '', detail] = reason.split(': ', 2);
  return `  ${rows} ${REASONS[code] ?? code}${detail ? ` (${detail})` : ''}${such(example)}`;
}

function describeWaiting({ type, rows, oldest }: Findings['waiting'][number]): string {
  return `  ${rows} ${type}${oldest ? `, the oldest due since ${oldest.toISOString()}` : ''}`;
}

export interface Agreement {
  source: number;
  decided: number;
  toTake: number;
  taken: number;
  sameStatus: number;
  toQuarantine: number;
  quarantined: number;
}

/** True if every row of the source is either a job with the decided status or in quarantine. */
export function agrees(a: Agreement): boolean {
  return (
    a.source === a.decided &&
    a.toTake === a.taken &&
    a.toTake === a.sameStatus &&
    a.toQuarantine === a.quarantined &&
    a.taken + a.quarantined === a.source
  );
}
