import type { ChildProcess } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { DATABASE, ensureCluster, SUPERUSER } from './cluster.js';
import { claimHome, recordServer, releaseHome } from './run-file.js';
import type { ServerBinaries } from './server-binaries.js';
import { findServerBinaries } from './server-binaries.js';
import type { ServerHome } from './server-home.js';
import { openServerHome } from './server-home.js';
import { freePort, hasEnded, launch, LOOPBACK, startFailed, stopServer } from './server-process.js';

export interface EmbeddedPostgresOptions {
  /** Folder of the database. Created on first use and kept between runs. */
  dataDir: string;
  /** Called with each line of the log. Default: no log. */
  log?: (line: string) => void;
  /** Server settings as `name=value`, such as `fsync=off` in tests. Default: PostgreSQL's own. */
  settings?: readonly string[];
}

export interface EmbeddedPostgres {
  /** URL of the database `monstera` on the loopback interface, for a superuser. */
  url: string;
  /** Closes open connections and stops the server. Resolves when its process has ended. */
  stop(): Promise<void>;
}

const START_TIMEOUT_MS = 60_000;
const STARTING_UP = '57P03';

/**
 * Starts a PostgreSQL server with the files in `dataDir` on a free port of the loopback interface. For root, the server
 * runs as the system user `postgres`. Also works after a run that was killed.
 *
 * @throws StartupError with the problem and its fix.
 */
export async function startEmbeddedPostgres({
  dataDir,
  log = () => undefined,
  settings = [],
}: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const home = await openServerHome(resolve(dataDir), log);
  const binaries = await findServerBinaries(home.account);
  await claimHome(home, log);
  try {
    await ensureCluster(home, binaries, !settings.includes('fsync=off'));
    return await start(home, binaries, settings, log);
  } catch (error) {
    await releaseHome(home);
    throw error;
  }
}

async function start(
  home: ServerHome,
  binaries: ServerBinaries,
  settings: readonly string[],
  log: (line: string) => void,
): Promise<EmbeddedPostgres> {
  const port = await freePort();
  const server = await launch(binaries, home, port, settings);
  const watch = watchOver(server, home, log);
  const serverUrl = `postgresql://${SUPERUSER}:${await readFile(home.passwordFile, 'utf8')}@${LOOPBACK}:${port}`;
  try {
    await recordServer(home, server.pid ?? 0);
    await createDatabase(await connectWhenReady(`${serverUrl}/postgres`, server));
  } catch (error) {
    await watch.stop();
    throw await startFailed(home, error);
  }
  return { url: `${serverUrl}/${DATABASE}`, stop: watch.stop };
}

function watchOver(server: ChildProcess, home: ServerHome, log: (line: string) => void) {
  const onExit = () => server.kill('SIGINT');
  const onServerExit = () => log(`PostgreSQL has ended unexpectedly; see ${home.logFile}`);
  // Stops the server even if the process ends without `stop()`, as after an uncaught error.
  process.once('exit', onExit);
  server.once('exit', onServerExit).once('error', onServerExit).unref();
  return {
    async stop(): Promise<void> {
      process.off('exit', onExit);
      server.off('exit', onServerExit);
      await stopServer(server);
      await releaseHome(home);
    },
  };
}

async function connectWhenReady(url: string, server: ChildProcess): Promise<pg.Client> {
  const deadline = performance.now() + START_TIMEOUT_MS;
  for (;;) {
    const client = new pg.Client({ connectionString: url });
    try {
      await client.connect();
      return client;
    } catch (error) {
      const code = (error as { code?: string }).code;
      const mayCome = code === 'ECONNREFUSED' || code === STARTING_UP;
      if (!mayCome || hasEnded(server) || performance.now() > deadline) throw error;
      await delay(20);
    }
  }
}

async function createDatabase(client: pg.Client): Promise<void> {
  try {
    const { rowCount } = await client.query('select 1 from pg_database where datname = $1', [DATABASE]);
    if (!rowCount) await client.query(`create database ${DATABASE}`);
  } finally {
    await client.end();
  }
}
