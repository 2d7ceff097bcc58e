/** What a list of jobs can show beside the state and the type. In this order. */
export const COLUMNS = [
  'id',
  'queue',
  'priority',
  'attempts',
  'key',
  'created',
  'due',
  'started',
  'ended',
  'time',
] as const;

export type Column = (typeof COLUMNS)[number];

export const DEFAULT_COLUMNS: readonly Column[] = ['queue', 'attempts', 'time'];

/** In an address: no column is chosen. */
const NONE = '-';

/** Reads the columns of an address. Names that do not exist are ignored. */
export function columnsOf(text: string | undefined): readonly Column[] {
  if (text === undefined) return DEFAULT_COLUMNS;
  const names = text.split(',');
  return COLUMNS.filter((column) => names.includes(column));
}

export function columnsText(columns: readonly Column[]): string {
  return COLUMNS.filter((column) => columns.includes(column)).join(',') || NONE;
}
