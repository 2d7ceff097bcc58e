import { inSchemaText } from '../job/validate/schema-name.js';

/** The texts of a statement, with the tables in braces: `from {jobs}`. */
interface Template {
  readonly text: string;
  readonly text17?: string;
  readonly pooledText?: string;
}

/**
 * One fixed SQL text with the types of its parameters and rows. Its name is that of the prepared statement, so it is
 * unique. The search path decides where the tables are, unless `inSchema()` names their schema.
 */
export interface Statement<Params extends readonly unknown[], Row> {
  readonly name: string;
  /** The sources of the texts. */
  readonly template: Template;
  readonly text: string;
  /** Sent instead of `text` to PostgreSQL 17 and later, where the server's version is known. */
  readonly text17?: string;
  /** Sent instead of `text` through a pooler, where a session cannot have settings of its own. */
  readonly pooledText?: string;
  /**
   * True if another open transaction can make it wait. On a connection of the host it then waits only briefly, gives
   * the connection back, and is tried again. This does not apply inside a caller's transaction.
   */
  readonly waitsForLocks?: boolean;
  /** Makes a row from the texts that the server sends. Only text statements have it: see `textStatement`. */
  readonly decode?: Decode<Row>;
  /** Makes a `decode` for each run, for statements in which a row's value depends on the rows before it. */
  readonly newDecode?: () => Decode<Row>;
  /** Only for the compiler; never set. */
  readonly types?: { params: Params; row: Row };
}

type StatementOptions = Pick<Statement<never, never>, 'text17' | 'pooledText' | 'waitsForLocks'>;
type TextStatementOptions<Row> = StatementOptions & Pick<Statement<never, Row>, 'newDecode'>;

/** A parameter of a text statement, sent as it is. An array is sent as its text. */
export type ScalarParameter = string | number | boolean | null;
/** A row's texts as the server sends them, in the order of its columns. */
export type ColumnTexts = readonly (string | null)[];
export type Decode<Row> = (texts: ColumnTexts) => Row;

/** `text` has the tables in braces: `from {jobs}`. */
export function statement<Params extends readonly unknown[], Row = never>(
  name: string,
  text: string,
  options: StatementOptions = {},
): Statement<Params, Row> {
  const { text17, pooledText, ...rest } = options;
  const bare = (template: string) => inSchemaText(template, undefined);
  return Object.freeze({
    ...rest,
    name: `jobs_${name}`,
    template: { text, text17, pooledText },
    text: bare(text),
    ...(text17 !== undefined && { text17: bare(text17) }),
    ...(pooledText !== undefined && { pooledText: bare(pooledText) }),
  });
}

/**
 * A statement that nearly every job uses. Its parameters are sent as they are and its rows are read as texts, so
 * neither has to be described (docs/decisions/0013-hot-statements.md). In a caller's transaction TypeORM reads the
 * rows, so only a statement with `discardRows` can run there.
 */
export function textStatement<Params extends readonly ScalarParameter[], Row = never>(
  name: string,
  text: string,
  decode: Decode<Row>,
  options: TextStatementOptions<Row> = {},
): Statement<Params, Row> {
  return Object.freeze({ ...statement<Params, Row>(name, text, options), decode });
}

/** For statements whose rows, if any, are not read. */
export const discardRows = (): never => undefined as never;

/** Runs statements on a connection, such as one of the worker's own pool or that of a caller's transaction. */
export interface Executor {
  run<Params extends readonly unknown[], Row>(statement: Statement<Params, Row>, params: Params): Promise<Row[]>;
}

/** The text of an array. Its values must have no quotes and no backslashes: ids, numbers, times, names of queues. */
export function arrayText(values: readonly (string | number)[]): string {
  return values.length === 0 ? '{}' : `{"${values.join('","')}"}`;
}

/** As `arrayText`, for any values. */
export function quotedArrayText(values: readonly string[]): string {
  return arrayText(values.map((value) => value.replaceAll(/["\\]/g, '\\$&')));
}
