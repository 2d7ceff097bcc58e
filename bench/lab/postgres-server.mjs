import { startEmbeddedPostgres } from '@monstera/database';
import { chmod, mkdtemp, rm, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { createDatabaseOn, deadlocksIn } from '../../test/lab/databases.ts';
import { parentOf, treeCpuMs } from './cpu-time.mjs';

const TMPFS = 0x01021994;

/**
 * Starts the PostgreSQL of a run with its default settings, so every commit reaches the disk. `settings` can add what a
 * scenario needs, such as an extension.
 *
 * @param {{ dataDir: string, settings?: string[] }} options
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
    deadlocks: () => deadlocksIn(join(home, 'postgres', 'server.log')),
    async stop() {
      await admin.end();
      await embedded.stop();
      await rm(home, { recursive: true, force: true });
    },
  };
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

/**
 * @param {pg.Client} admin
 * @param {string} serverUrl
 * @param {string} name
 * @param {{ template?: string }} options
 */
async function createDatabase(admin, serverUrl, name, { template } = {}) {
  const url = await createDatabaseOn(serverUrl, name, template);
  const client = new pg.Client({ connectionString: url });
  // The server closes this connection when the database is dropped.
  client.on('error', () => undefined);
  await client.connect();
  if (template) await adoptCopy(client);
  return {
    name,
    url,
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
