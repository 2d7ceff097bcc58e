import { inSchemaText } from '../job/validate/schema-name.js';

/** The texts of a statement, with its relations in braces: `from {jobs}`. */
interface Template {
  readonly text: string;
  readonly text17?: string;
  readonly pooledText?: string;
}

/**
 * One fixed SQL text with the types of its parameters and rows. The name is the prepared statement's, so it is unique.
 * The texts leave it to the search path where the tables are; `inSchema()` names their schema.
 */
export interface Statement<Params extends readonly unknown[], Row> {
  readonly name: string;
  /** What the texts are made of. */
  readonly template: Template;
  readonly text: string;
  /** Sent instead of `text` where the server is known to be PostgreSQL 17 or newer. */
  readonly text17?: string;
  /** Sent instead of `text` behind a pooler, where a session cannot have settings of its own. */
  readonly pooledText?: string;
  /**
   * True if an open transaction of somebody else can make it wait. As a transaction of its own on a connection of the
   * host's it then waits for a short time only, gives the connection back, and is tried again.
   */
  readonly waitsForLocks?: boolean;
  /** Makes a row of what the server sends: only hot statements have it, see `hotStatement`. */
  readonly decode?: Decode<Row>;
  /** Makes a `decode` for each run of the statement, where what is kept of a row depends on the rows before it. */
  readonly newDecode?: () => Decode<Row>;
  /** Only for the compiler; never set. */
  readonly types?: { params: Params; row: Row };
}

type StatementOptions = Pick<Statement<never, never>, 'text17' | 'pooledText' | 'waitsForLocks'>;
type HotStatementOptions<Row> = StatementOptions & Pick<Statement<never, Row>, 'newDecode'>;

/** A parameter of a hot statement, which is sent as it is: an array as its text. */
export type ScalarParameter = string | number | boolean | null;
/** A row's texts as the server sends them, in the order of its columns. */
export type ColumnTexts = readonly (string | null)[];
export type Decode<Row> = (texts: ColumnTexts) => Row;

/** `text` names the relations of the queue in braces: `from {jobs}`. */
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
 * A statement of the hot path: its parameters are sent as they are, and its rows come as texts, so that nothing of either
 * has to be described, by the server or to the driver. In a caller's own transaction, where TypeORM reads what comes
 * back, only one of `noRow` can run.
 */
export function hotStatement<Params extends readonly ScalarParameter[], Row = never>(
  name: string,
  text: string,
  decode: Decode<Row>,
  options: HotStatementOptions<Row> = {},
): Statement<Params, Row> {
  return Object.freeze({ ...statement<Params, Row>(name, text, options), decode });
}

/** For statements whose rows, if any, nobody looks at. */
export const noRow = (): never => undefined as never;

/** Runs statements on some connection: the worker's own pool, or the caller's transaction. */
export interface Executor {
  run<Params extends readonly unknown[], Row>(statement: Statement<Params, Row>, params: Params): Promise<Row[]>;
}

/** The text of an array whose values have neither quotes nor backslashes in them: ids, numbers, times, names of queues. */
export function arrayText(values: readonly (string | number)[]): string {
  return values.length === 0 ? '{}' : `{"${values.join('","')}"}`;
}
