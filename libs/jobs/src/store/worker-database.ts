import pg from 'pg';
import type { DataSource } from 'typeorm';
import { connectionConfig } from './connection-config.js';
import { PatientConnection } from './patient-connection.js';
import { PatientExecutor } from './patient-executor.js';
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
 * The worker's statements find their rows by arrays of keys and join them by hash, whatever the planner believes about a
 * table that it has no statistics of (docs/decisions/0003-claim.md). One plan each, made once per connection. The costs say
 * that a step down an index is cheap beside a row read in vain, for the planners before 17. A pooler accepts no startup
 * parameters; there the planner decides.
 */
export const PLANNER_OPTIONS = [
  '-c enable_nestloop=off -c enable_mergejoin=off -c plan_cache_mode=force_generic_plan -c jit=off',
  '-c random_page_cost=0.1 -c cpu_tuple_cost=1',
].join(' ');

/** What a claim's times are written as, whatever the server or the role prefers: text that sorts as the times do. */
const TIMES_AS_TEXT = '-c DateStyle=ISO -c TimeZone=UTC';

/**
 * The worker's own connections: user code that drains the host's pool must not stall claims, settles or upkeep.
 * Made from the host's DataSource options.
 */
export class WorkerDatabase {
  readonly executor: WorkerPool;
  private readonly patient: PatientConnection[] = [];

  constructor(
    private readonly dataSource: DataSource,
    private readonly options: { pooled: boolean; directUrl?: string },
  ) {
    const config = connectionConfig(dataSource.options, 'worker', options.pooled ? {} : LIMITS);
    const planner = !options.pooled && {
      options: [config.options, PLANNER_OPTIONS, TIMES_AS_TEXT].filter(Boolean).join(' '),
    };
    this.executor = new WorkerPool({
      newPool: () => newPool({ ...config, ...planner }),
      named: !options.pooled,
      answerMs: ANSWER_MS,
    });
  }

  /** Whether LISTEN can work: a pooler in transaction mode swallows it. */
  get canListen(): boolean {
    return !this.options.pooled || this.options.directUrl !== undefined;
  }

  /** A connection outside the pool and past any pooler, for LISTEN. */
  newClient(): WorkerClient {
    const direct = this.options.directUrl && { connectionString: this.options.directUrl };
    const config = connectionConfig(this.dataSource.options, 'listen', { answerMs: LISTEN_ANSWER_MS });
    return new WorkerClient({ ...config, ...direct });
  }

  /** For statements that step over dead index entries. What runs there waits for what came there before it. */
  newPatientExecutor(): PatientExecutor {
    const { dataSource, options } = this;
    const startupOptions = PLANNER_OPTIONS;
    const connection = new PatientConnection({ dataSource, purpose: 'upkeep', pooled: options.pooled, startupOptions });
    this.patient.push(connection);
    return new PatientExecutor(this.executor, connection);
  }

  async end(): Promise<void> {
    await Promise.all([this.executor.end(), ...this.patient.map((connection) => connection.end())]);
  }
}

function newPool(config: pg.PoolConfig): pg.Pool {
  // They stay open: a timer set and cleared around each statement would be the dearest thing about taking a connection.
  const pool = new pg.Pool({ ...config, max: POOL_SIZE, idleTimeoutMillis: 0, Client: WorkerClient });
  // A connection that breaks while it idles is replaced when it is needed; unheard, the event would end the process.
  pool.on('error', () => {});
  return pool;
}
