import type { JobSummary } from './job-selection.js';

/** The columns of an export, in this order. */
export const EXPORT_COLUMNS = [
  'id',
  'type',
  'queue',
  'status',
  'priority',
  'attempts',
  'maxAttempts',
  'uniqueKey',
  'progress',
  'tags',
  'error',
  'createdAt',
  'scheduledAt',
  'startedAt',
  'completedAt',
] as const satisfies readonly (keyof JobSummary)[];

/** Without it, spreadsheets take UTF-8 for another encoding. */
const BYTE_ORDER_MARK = '\uFEFF';

/** What makes a spreadsheet take a text for a formula, also in full width. What nobody sees may stand before it. */
const FORMULA = /^[\s\p{C}]*[=+\-@＝＋－＠]/u;

/** The first line of a CSV file (RFC 4180). */
export function csvHead(): string {
  return `${BYTE_ORDER_MARK}${EXPORT_COLUMNS.join(',')}\r\n`;
}

export function csvLine(job: JobSummary): string {
  return `${EXPORT_COLUMNS.map((column) => cellOf(job[column])).join(',')}\r\n`;
}

function cellOf(value: JobSummary[(typeof EXPORT_COLUMNS)[number]]): string {
  if (value === null) return '';
  if (typeof value === 'number') return String(value);
  if (value instanceof Date) return value.toISOString();
  return quoted(harmless(typeof value === 'string' ? value : value.join(' ')));
}

/** A spreadsheet shows what follows an apostrophe, and never runs it. */
function harmless(text: string): string {
  return FORMULA.test(text) ? `'${text}` : text;
}

function quoted(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
