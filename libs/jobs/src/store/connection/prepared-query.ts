import type pg from 'pg';
import type { ColumnTexts, Decode, ScalarParameter, Statement } from '../statement.js';

/** What pg's connections have and its types leave out: the texts of the statements that this one has prepared, by name. */
interface PreparingConnection extends pg.Connection {
  readonly parsedStatements: Record<string, string | undefined>;
}

type Done<Row> = (error: Error | undefined, rows?: Row[]) => void;

/**
 * One run of a named statement whose columns are known: it asks for no description of them, and makes each row of the texts
 * that the server sends. pg's own query has them described each time, and copies its configuration; that is a tenth of the
 * time of a worker to which jobs come one by one (docs/performance.md).
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

  /** Called by pg's client once it is its turn. */
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
