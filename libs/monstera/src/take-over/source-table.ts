/** A table of the Go service, from the database's catalog. */
export interface SourceTable {
  /** Quoted name with the schema, for statements. */
  name: string;
  /** Types by column, such as `timestamp without time zone`. */
  columns: ReadonlyMap<string, string>;
}

/** Without these columns the rows cannot be taken over. */
export const REQUIRED_COLUMNS = ['id', 'type', 'status'] as const;

const OPTIONAL_COLUMNS = [
  'payload',
  'attempts',
  'max_attempts',
  'scheduled_at',
  'started_at',
  'completed_at',
  'error',
  'created_at',
  'updated_at',
] as const;

export type GoColumn = (typeof REQUIRED_COLUMNS)[number] | (typeof OPTIONAL_COLUMNS)[number];

const KNOWN: readonly string[] = [...REQUIRED_COLUMNS, ...OPTIONAL_COLUMNS];

export interface ColumnFindings {
  missingRequired: string[];
  missing: string[];
  /** Columns of the source that are not copied, because the new table has none for them. */
  leftBehind: string[];
  /** Columns with times without a zone. The option `zone` applies to them. */
  zoneless: string[];
}

export function columnFindings({ columns }: SourceTable): ColumnFindings {
  return {
    missingRequired: REQUIRED_COLUMNS.filter((name) => !columns.has(name)),
    missing: OPTIONAL_COLUMNS.filter((name) => !columns.has(name)),
    leftBehind: [...columns.keys()].filter((name) => !KNOWN.includes(name)),
    zoneless: [...columns]
      .filter(([name, type]) => KNOWN.includes(name) && isZoneless(name, type))
      .map(([name]) => name),
  };
}

const isZoneless = (name: string, type: string): boolean =>
  /^(timestamp.* without time zone|date)$/.test(type) || (name.endsWith('_at') && /^(text|character)/.test(type));
