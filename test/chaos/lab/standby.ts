import { execFile } from 'node:child_process';
import { chown, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { openServerHome } from '../../../libs/database/src/embedded-postgres/server-home.js';
import { eventually } from '../../support/eventually.js';
import { Cluster } from './cluster.js';

/** `cp` says 1 when a file vanished while it copied, which a running server's files do. */
const COPIED = [undefined, 1];
const CATCH_UP_TIMEOUT_MS = 60_000;

/**
 * A streaming standby of a running cluster. The npm package has no pg_basebackup, so this is what that does: announce a
 * backup, copy the files, and let the copy replay what was written meanwhile.
 */
export async function startStandby(primary: Cluster, dataDir: string): Promise<Cluster> {
  const home = await openServerHome(dataDir, () => undefined);
  const client = await primary.pool.connect();
  try {
    await client.query(`select pg_backup_start('standby', true)`);
    await promisify(execFile)('cp', ['-a', primary.home.clusterDir, home.clusterDir]).catch(tolerateVanished);
    const { rows } = await client.query<{ labelfile: string }>('select labelfile from pg_backup_stop(false)');
    await rm(join(home.clusterDir, 'postmaster.pid'), { force: true });
    for (const [name, text] of [
      ['backup_label', rows[0]!.labelfile],
      ['standby.signal', ''],
    ] as const) {
      await writeFile(join(home.clusterDir, name), text);
      if (home.account.uid !== undefined)
        await chown(join(home.clusterDir, name), home.account.uid, home.account.gid ?? home.account.uid);
    }
  } finally {
    client.release();
  }
  const standby = await Cluster.open(home, primary.binaries, primary.password, [
    `primary_conninfo=${primary.urlAt(primary.port)}?application_name=standby`,
  ]);
  await eventually(async () => (await replicas(primary)) === 1, { timeoutMs: CATCH_UP_TIMEOUT_MS });
  return standby;
}

/** Makes every commit of the primary wait until the standby has it on disk. */
export async function makeSynchronous(primary: Cluster): Promise<void> {
  await primary.query(`alter system set synchronous_standby_names = 'standby'`);
  await primary.query('select pg_reload_conf()');
  await eventually(async () => (await primary.count(`from pg_stat_replication where sync_state = 'sync'`)) === 1, {
    timeoutMs: CATCH_UP_TIMEOUT_MS,
  });
}

/** Makes the standby a primary that waits for nobody. Answers when that was, by its clock. */
export async function promote(standby: Cluster): Promise<string> {
  await standby.query(`select pg_promote(true, 60)`);
  await standby.query('alter system reset synchronous_standby_names');
  await standby.query('select pg_reload_conf()');
  const [row] = await standby.query<{ at: string }>('select now()::text as at');
  return row!.at;
}

function replicas(primary: Cluster): Promise<number> {
  return primary.count(`from pg_stat_replication where state = 'streaming'`);
}

function tolerateVanished(error: unknown): void {
  const { code } = error as { code?: number };
  if (!COPIED.includes(code)) throw error;
}
