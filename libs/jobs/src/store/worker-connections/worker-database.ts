import pg from 'pg';
import type { DataSource } from 'typeorm';
import { connectionConfig, lifetimeOf, onConnectOf, type ConnectionRequest } from '../connection/connection-config.js';
import { inSchema } from '../in-schema.js';
import { PatientConnection } from './patient-connection.js';
import { PatientExecutor } from './patient-executor.js';
import { PLANNER_OPTIONS } from '../connection/session-settings.js';
import type { Executor } from '../statement.js';
import { WorkerClient } from './worker-client.js';
import { WorkerPool } from './worker-pool.js';

/** How many connections a worker holds beside the host's pool: claims and settles overlap, and upkeep must not wait. */
const POOL_SIZE = 3;

/** The worker's statements take milliseconds. The server gives one up first; the line is given up if it does not say so. */
const ANSWER_MS = 10_000;
/** A row that somebody's open transaction holds must not hold up the outcomes of all others: hence the short wait for locks. */
const LIMITS = { statementMs: 8_000, lockMs: 250 };
const LISTEN_ANSWER_MS = 4_000;

/**
 * The worker's own connections: user code that drains the host's pool must not stall claims, settles or upkeep.
 * Made as the host's own are.
 */
export class WorkerDatabase {
  readonly executor: Executor;
  private readonly pool: WorkerPool;
  private readonly patient: PatientConnection[] = [];

  constructor(
    private readonly dataSource: DataSource,
    private readonly options: { schema?: string; pooled: boolean; directUrl?: string },
  ) {
    const { pooled } = options;
    const request: ConnectionRequest = { purpose: 'worker', pooled, planner: PLANNER_OPTIONS, ...LIMITS };
    this.pool = new WorkerPool({
      newPool: () => newPool(dataSource, request),
      named: !pooled,
      answerMs: ANSWER_MS,
    });
    this.executor = inSchema(this.pool, options.schema);
  }

  /** Whether LISTEN can work: a pooler in transaction mode swallows it. */
  get canListen(): boolean {
    return !this.options.pooled || this.options.directUrl !== undefined;
  }

  /** A connection outside the pool and past any pooler, for LISTEN. */
  newClient(): WorkerClient {
    const { dataSource, options } = this;
    const { pooled, directUrl } = options;
    const request: ConnectionRequest = { purpose: 'listen', pooled, directUrl, answerMs: LISTEN_ANSWER_MS };
    return new WorkerClient(connectionConfig(dataSource, request), onConnectOf(dataSource));
  }

  /** For statements that step over dead index entries. What runs there waits for what came there before it. */
  newPatientExecutor(): PatientExecutor {
    const { dataSource, options } = this;
    const { pooled } = options;
    const connection = new PatientConnection({ dataSource, purpose: 'upkeep', pooled, planner: PLANNER_OPTIONS });
    this.patient.push(connection);
    return new PatientExecutor(this.executor, inSchema(connection, options.schema));
  }

  async end(): Promise<void> {
    await Promise.all([this.pool.end(), ...this.patient.map((connection) => connection.end())]);
  }
}

function newPool(dataSource: DataSource, request: ConnectionRequest): pg.Pool {
  const config = () => connectionConfig(dataSource, request);
  const Client = class extends WorkerClient {
    constructor() {
      super(config());
    }
  };
  const pool = new pg.Pool({
    ...lifetimeOf(dataSource),
    connectionTimeoutMillis: config().connectionTimeoutMillis,
    onConnect: onConnectOf(dataSource),
    max: POOL_SIZE,
    // They stay open: a timer set and cleared around each statement would be the dearest thing about taking a connection.
    idleTimeoutMillis: 0,
    Client,
  });
  // A connection that breaks while it idles is replaced when it is needed; unheard, the event would end the process.
  pool.on('error', () => {});
  return pool;
}
