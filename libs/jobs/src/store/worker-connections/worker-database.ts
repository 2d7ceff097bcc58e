import type { DataSource } from 'typeorm';
import type { ConnectionRequest } from '../connection/connection-config.js';
import { inSchema } from '../in-schema.js';
import { ownPool } from './own-pool.js';
import { PatientConnection } from './patient-connection.js';
import { PatientExecutor } from './patient-executor.js';
import { PLANNER_OPTIONS } from '../connection/session-settings.js';
import type { Executor } from '../statement.js';
import { listenClients } from './listen-client.js';
import type { WorkerClient } from './worker-client.js';
import { WorkerPool } from './worker-pool.js';
import type { Clock } from '../../support/time/clock.js';

/** The size of the worker's own pool: claims and settles overlap, and upkeep must not wait for them. */
const POOL_SIZE = 3;

/** The server ends slow statements first. Without an answer, the connection is closed after this, in milliseconds. */
const ANSWER_MS = 10_000;
/** The wait for locks is short, so that one locked row does not hold up the outcomes of all other jobs. */
const LIMITS = { statementMs: 8_000, lockMs: 250 };

/**
 * The worker's own connections, so that user code that exhausts the host's pool does not stop claims, settles or
 * upkeep. They have the options of the host's connections (docs/decisions/0005-own-connections.md).
 */
export class WorkerDatabase {
  readonly executor: Executor;
  /** Null where LISTEN cannot work. */
  readonly newListenClient: (() => WorkerClient) | null;
  private readonly pool: WorkerPool;
  private readonly patient: PatientConnection[] = [];

  constructor(
    private readonly dataSource: DataSource,
    private readonly options: { schema?: string; pooled: boolean; directUrl?: string },
    private readonly clock: Clock,
  ) {
    const { pooled } = options;
    const request: ConnectionRequest = { purpose: 'worker', pooled, planner: PLANNER_OPTIONS, ...LIMITS };
    this.pool = new WorkerPool({
      // Connections stay open: closing idle ones would cost a timer per statement.
      newPool: () => ownPool(dataSource, request, { max: POOL_SIZE, idleTimeoutMillis: 0 }),
      named: !pooled,
      clock,
      answerMs: ANSWER_MS,
    });
    this.executor = inSchema(this.pool, options.schema);
    this.newListenClient = listenClients(dataSource, options);
  }

  /** For statements that step over dead index entries. While there are many, they run one after the other. */
  newPatientExecutor(): PatientExecutor {
    const { dataSource, options, clock } = this;
    const { pooled } = options;
    const connection = new PatientConnection({ dataSource, purpose: 'upkeep', pooled, planner: PLANNER_OPTIONS });
    this.patient.push(connection);
    return new PatientExecutor(this.executor, inSchema(connection, options.schema), clock);
  }

  async end(): Promise<void> {
    await Promise.all([this.pool.end(), ...this.patient.map((connection) => connection.end())]);
  }
}
