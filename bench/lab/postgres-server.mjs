import { startEmbeddedPostgres } from '@monstera/database';
import { chmod, mkdtemp, readFile, rm, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { parentOf, treeCpuMs } from './cpu-time.mjs';

const TMPFS = 0x01021994;

/**
 * Starts the PostgreSQL of a run with its default settings, so every commit reaches the disk. `settings` can add what a
 * scenario needs, such as an extension.
 */
export async function startPostgresServer({ dataDir, settings = [] }) {
  const home = await mkdtemp(join(dataDir, 'monstera-bench-'));
  // The server may run as another user than this process and must be able to reach its files.
  await chmod(home, 0o755);
  const embedded = await startEmbeddedPostgres({ dataDir: join(home, 'postgres'), settings });
  const admin = new pg.Client({ connectionString: embedded.url });
  await admin.connect();
  const pid = await serverPid(admin);
  let databases = 0;
  return {
    admin,
    inMemory: (await statfs(home)).type === TMPFS,
    cpuMs: () => (pid === null ? null : treeCpuMs(pid)),
    createDatabase: (options) => createDatabase(admin, embedded.url, `bench_${++databases}`, options),
    settings: () => readSettings(admin),
    deadlocks: () => countDeadlocks(join(home, 'postgres', 'server.log')),
    async stop() {
      await admin.end();
      await embedded.stop();
      await rm(home, { recursive: true, force: true });
    },
  };
}

/** Counts deadlocks in the server's log. The server's counters are seconds late and are lost with a dropped database. */
async function countDeadlocks(logFile) {
  return (await readFile(logFile, 'utf8')).split('deadlock detected').length - 1;
}

/** The parent of every backend is the postmaster. */
async function serverPid(admin) {
  const { rows } = await admin.query('select pg_backend_pid() as pid');
  return parentOf(rows[0].pid);
}

/** In a copied database, our worker does not start before this call. */
async function adoptCopy(client) {
  const { rows } = await client.query(`select to_regproc('jobs_adopt_copy') is not null as ours`);
  if (rows[0].ours) await client.query('select jobs_adopt_copy()');
}

async function createDatabase(admin, serverUrl, name, { template } = {}) {
  await admin.query(`create database ${name}${template ? ` template ${template} strategy file_copy` : ''}`);
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  const client = new pg.Client({ connectionString: url.href });
  // The server closes this connection when the database is dropped.
  client.on('error', () => undefined);
  await client.connect();
  if (template) await adoptCopy(client);
  return {
    name,
    url: url.href,
    client,
    async disconnect() {
      await client.end();
    },
    /** Dropping a database waits for a checkpoint, so each measurement starts right after one. */
    async drop() {
      await client.end().catch(() => undefined);
      await admin.query(`drop database if exists ${name} with (force)`);
    },
  };
}

const SHOWN_SETTINGS = [
  'server_version',
  'fsync',
  'synchronous_commit',
  'full_page_writes',
  'wal_level',
  'shared_buffers',
  'max_wal_size',
  'autovacuum',
];

async function readSettings(admin) {
  const { rows } = await admin.query('select name, current_setting(name) as value from unnest($1::text[]) as name', [
    SHOWN_SETTINGS,
  ]);
  return Object.fromEntries(rows.map(({ name, value }) => [name, value]));
}
