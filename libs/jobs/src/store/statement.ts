/** One fixed SQL text with the types of its parameters and rows. The name is the prepared statement's, so it is unique. */
export interface Statement<Params extends readonly unknown[], Row> {
  readonly name: string;
  readonly text: string;
  /** Sent instead of `text` behind a pooler, where a session cannot have settings of its own. */
  readonly pooledText?: string;
  /** Makes a row from its values in the order of the columns: for the hot path, where an object made by name costs too much. */
  readonly decode?: (values: readonly unknown[]) => Row;
  /** Only for the compiler; never set. */
  readonly types?: { params: Params; row: Row };
}

export function statement<Params extends readonly unknown[], Row = never>(
  name: string,
  text: string,
  options: Pick<Statement<Params, Row>, 'pooledText' | 'decode'> = {},
): Statement<Params, Row> {
  return Object.freeze({ name: `jobs_${name}`, text, ...options });
}

/** Runs statements on some connection: the worker's own pool, or the caller's transaction. */
export interface Executor {
  run<Params extends readonly unknown[], Row>(statement: Statement<Params, Row>, params: Params): Promise<Row[]>;
}

/** A parameter that is an array: itself, or its text where that is at hand, because the driver's way to it is slow. */
export type ArrayParameter<T> = T[] | string;

/** The text of an array whose values have neither quotes nor backslashes in them: ids, numbers, times, names of queues. */
export function arrayText(values: readonly (string | number)[]): string {
  return values.length === 0 ? '{}' : `{"${values.join('","')}"}`;
}
