import {
  connectionConfig,
  onConnectOf,
  type ConnectionRequest,
  type ConnectionSource,
} from '../connection/connection-config.js';
import { SingleConnection } from './single-connection.js';
import type { Executor, Statement } from '../statement.js';
import { WorkerClient } from './worker-client.js';

/** Enough for tens of millions of dead index entries, read from a disk. */
const STATEMENT_MS = 600_000;
const ANSWER_MS = STATEMENT_MS + 10_000;
const LOCK_MS = 250;
const CLOSED_AFTER_MS = 30_000;

export interface PatientConnectionOptions extends Pick<ConnectionRequest, 'purpose' | 'pooled' | 'planner'> {
  dataSource: ConnectionSource;
}

/**
 * A connection for statements that may take long (docs/decisions/0028-held-snapshots.md). It is opened for a statement,
 * and closed 30 seconds after the last one. Statements run one after the other.
 */
export class PatientConnection implements Executor {
  private readonly connection: SingleConnection;
  private last: Promise<unknown> = Promise.resolve();
  private underWay = 0;
  private closing: NodeJS.Timeout | undefined;
  private ended = false;

  constructor(options: PatientConnectionOptions) {
    this.connection = new SingleConnection(() => newClient(options), false);
  }

  async run<Params extends readonly unknown[], Row>(statement: Statement<Params, Row>, params: Params): Promise<Row[]> {
    clearTimeout(this.closing);
    this.underWay++;
    try {
      const running = this.last.then(() => this.send(statement, params));
      this.last = running.catch(() => {});
      return await running;
    } finally {
      if (--this.underWay === 0 && !this.ended)
        this.closing = setTimeout(() => void this.connection.end(), CLOSED_AFTER_MS).unref();
    }
  }

  /** Statements that run or wait will fail. */
  async end(): Promise<void> {
    this.ended = true;
    clearTimeout(this.closing);
    await this.connection.end();
  }

  private send<Params extends readonly unknown[], Row>(
    statement: Statement<Params, Row>,
    params: Params,
  ): Promise<Row[]> {
    if (this.ended) throw new Error('Connection terminated');
    return this.connection.run(statement, params);
  }
}

function newClient({ dataSource, ...given }: PatientConnectionOptions): WorkerClient {
  const request: ConnectionRequest = { ...given, answerMs: ANSWER_MS, statementMs: STATEMENT_MS, lockMs: LOCK_MS };
  return new WorkerClient(connectionConfig(dataSource, request), onConnectOf(dataSource));
}
