import type pg from 'pg';
import { AnswerWatch } from './answer-watch.js';
import { classifyDatabaseError } from '../connection/database-errors.js';
import { runOn } from '../connection/executors.js';
import { KeptConnections } from './kept-connections.js';
import type { Executor, Statement } from '../statement.js';
import type { Clock } from '../../support/time/clock.js';

export interface WorkerPoolOptions {
  /** Its connections must be `WorkerClient`s. */
  newPool: () => pg.Pool;
  named: boolean;
  clock: Clock;
  /** A statement without an answer after this is given up, and its connection with it, in milliseconds. */
  answerMs: number;
}

/** The worker's own connections. After a failover all may lead to a standby: once one does, all are replaced. */
export class WorkerPool implements Executor {
  private readonly watch: AnswerWatch;
  private connections: KeptConnections;

  constructor(private readonly options: WorkerPoolOptions) {
    this.watch = new AnswerWatch(options.answerMs, options.clock);
    this.connections = this.connect();
  }

  async run<Params extends readonly unknown[], Row>(statement: Statement<Params, Row>, params: Params): Promise<Row[]> {
    const { connections } = this;
    try {
      return await connections.run((client) => runOn(client, statement, params, this.options.named));
    } catch (error) {
      if (classifyDatabaseError(error) === 'read_only') this.replace(connections);
      throw error;
    }
  }

  end(): Promise<void> {
    return this.connections.end();
  }

  private connect(): KeptConnections {
    return new KeptConnections(this.options.newPool(), this.watch);
  }

  private replace(connections: KeptConnections): void {
    if (connections !== this.connections) return;
    this.connections = this.connect();
    void connections.end().catch(() => {});
  }
}
