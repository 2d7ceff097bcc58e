import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFile, rm } from 'node:fs/promises';
import pg from 'pg';
import { ensureCluster, SUPERUSER } from '../../../libs/database/src/embedded-postgres/cluster.js';
import {
  findServerBinaries,
  type ServerBinaries,
} from '../../../libs/database/src/embedded-postgres/server-binaries.js';
import { openServerHome, type ServerHome } from '../../../libs/database/src/embedded-postgres/server-home.js';
import { freePort, hasEnded, launch, LOOPBACK } from '../../../libs/database/src/embedded-postgres/server-process.js';
import { createDatabaseOn, deadlocksIn } from '../../lab/databases.js';
import { eventually } from '../../support/eventually.js';

const DATABASE = 'monstera';
const START_TIMEOUT_MS = 60_000;
/** What every cluster here has: commits reach the disk, and many processes may connect. */
const SETTINGS = ['max_connections=100', 'log_lock_waits=on', 'shared_buffers=64MB', 'checkpoint_timeout=15min'];

/** What the checks need of a cluster. */
export type Database = Pick<Cluster, 'query'>;

/** A PostgreSQL server that can be crashed and started again on the same port. */
export class Cluster {
  /** Connections of the harness itself, past any proxy. */
  readonly pool: pg.Pool;
  private server: ChildProcess | null = null;
  private deadlocksBefore = 0;

  private constructor(
    readonly home: ServerHome,
    readonly binaries: ServerBinaries,
    readonly port: number,
    readonly password: string,
    private readonly settings: readonly string[],
  ) {
    this.pool = new pg.Pool({ connectionString: this.url, max: 4, application_name: 'chaos_harness' });
    // A server that is crashed on purpose breaks these connections too.
    this.pool.on('error', () => undefined);
  }

  /** Initialises the files in `dataDir`, which must not exist yet, and starts the server. */
  static async create(dataDir: string, settings: readonly string[] = []): Promise<Cluster> {
    const home = await openServerHome(dataDir, () => undefined);
    const binaries = await findServerBinaries(home.account);
    await ensureCluster(home, binaries, true);
    const password = await readFile(home.passwordFile, 'utf8');
    const cluster = await Cluster.open(home, binaries, password, settings);
    await createDatabaseOn(cluster.urlAt(cluster.port, { database: 'postgres' }), DATABASE).catch((error: unknown) =>
      cluster.giveUp(error),
    );
    return cluster;
  }

  /** Starts a server on files that are there already. */
  static async open(home: ServerHome, binaries: ServerBinaries, password: string, settings: readonly string[]) {
    const cluster = new Cluster(home, binaries, await freePort(), password, [...SETTINGS, ...settings]);
    await cluster.start().catch((error: unknown) => cluster.giveUp(error));
    return cluster;
  }

  get url(): string {
    return this.urlAt(this.port);
  }

  /** The same database through another port of the loopback interface, such as a proxy's. */
  urlAt(port: number, { user = SUPERUSER, password = this.password, database = DATABASE } = {}): string {
    return `postgresql://${user}:${password}@${LOOPBACK}:${port}/${database}`;
  }

  /** True once the server has stopped, whoever stopped it. */
  get hasEnded(): boolean {
    return this.server === null || hasEnded(this.server);
  }

  async query<Row extends pg.QueryResultRow>(text: string, values: unknown[] = []): Promise<Row[]> {
    return (await this.pool.query<Row>(text, values)).rows;
  }

  /** The one number that a query answers with, as `n`. */
  async count(text: string, values: unknown[] = []): Promise<number> {
    const [row] = await this.query<{ n: string }>(`select count(*) as n ${text}`, values);
    return Number(row!.n);
  }

  /** Starts the server and waits until it takes connections. */
  async start(): Promise<void> {
    this.server = await launch(this.binaries, this.home, this.port, this.settings);
    await eventually(() => this.answers(), { timeoutMs: START_TIMEOUT_MS });
  }

  /** As a crash of the machine: no checkpoint, no farewell to anybody. What `pg_ctl stop -m immediate` does. */
  async crash(): Promise<void> {
    this.deadlocksBefore = await this.deadlocks();
    await this.end('SIGQUIT');
  }

  /** Deadlocks so far, by the server's log. */
  async deadlocks(): Promise<number> {
    return this.deadlocksBefore + (await deadlocksIn(this.home.logFile));
  }

  async remove(): Promise<void> {
    await this.pool.end();
    await this.end('SIGQUIT');
    await rm(this.home.clusterDir, { recursive: true, force: true });
  }

  private async giveUp(error: unknown): Promise<never> {
    await this.remove();
    throw error;
  }

  /** For the end of the process, when there is no time left to wait. */
  kill(): void {
    this.server?.kill('SIGQUIT');
  }

  private async end(signal: NodeJS.Signals): Promise<void> {
    const { server } = this;
    if (!server || hasEnded(server)) return;
    const ended = once(server, 'exit');
    server.kill(signal);
    await ended;
  }

  private async answers(): Promise<void> {
    if (this.server && hasEnded(this.server)) throw new Error(`PostgreSQL has ended; see ${this.home.logFile}`);
    const client = new pg.Client({ connectionString: this.urlAt(this.port, { database: 'postgres' }) });
    try {
      await client.connect();
    } finally {
      await client.end().catch(() => undefined);
    }
  }
}
