import type pg from 'pg';
import type { ColumnTexts, Decode, ScalarParameter, Statement } from '../statement.js';

/** A field that pg's types leave out: the texts of the prepared statements, by name. */
interface PreparingConnection extends pg.Connection {
  readonly parsedStatements: Record<string, string | undefined>;
}

type Done<Row> = (error: Error | undefined, rows?: Row[]) => void;

/**
 * One run of a named statement whose columns are known. pg's own query asks for a description of the columns each time.
 * This one does not, and decodes rows from the server's texts (docs/decisions/0013-hot-statements.md).
 */
export class PreparedQuery<Row> implements pg.Submittable {
  readonly name: string;
  readonly text: string;
  private readonly rows: Row[] = [];
  private readonly values: (string | null)[];
  private failure: Error | undefined;

  constructor(
    { name, text }: Pick<Statement<never, Row>, 'name' | 'text'>,
    private readonly decode: Decode<Row>,
    params: readonly ScalarParameter[],
    private readonly callback: Done<Row>,
  ) {
    this.name = name;
    this.text = text;
    this.values = params.map((value) => (value === null ? null : String(value)));
  }

  /** pg's client calls this when the query's turn comes. */
  submit(connection: pg.Connection): void {
    const { name, text, values } = this;
    connection.stream.cork();
    if ((connection as PreparingConnection).parsedStatements[name] === undefined)
      connection.parse({ name, text, types: [] }, true);
    connection.bind({ statement: name, values }, true);
    connection.execute(null, true);
    connection.sync();
    connection.stream.uncork();
  }

  handleDataRow({ fields }: { fields: ColumnTexts }): void {
    try {
      this.rows.push(this.decode(fields));
    } catch (error) {
      this.failure ??= error as Error;
    }
  }

  handleCommandComplete(): void {}

  handleReadyForQuery(): void {
    if (this.failure) this.callback(this.failure);
    else this.callback(undefined, this.rows);
  }

  handleError(error: Error): void {
    this.callback(error);
  }
}
