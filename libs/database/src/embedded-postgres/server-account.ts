import { execFile, spawnSync } from 'node:child_process';
import { stat } from 'node:fs/promises';
import { promisify } from 'node:util';
import { StartupError } from '../startup.error.js';

/** The system user that runs the server. Empty: the user of this process. */
export interface ServerAccount {
  uid?: number;
  gid?: number;
}

const run = promisify(execFile);
const ACCOUNT_NAME = 'postgres';

/**
 * PostgreSQL refuses to run as root. For root, the server therefore runs as the owner of an existing cluster, or else as
 * the system user `postgres`. That user is created if it does not exist, as in a bare container.
 */
export async function findServerAccount(clusterDir: string): Promise<ServerAccount> {
  const owner = await stat(clusterDir).catch(() => undefined);
  const uid = process.getuid?.();
  if (uid === 0) return owner && owner.uid !== 0 ? { uid: owner.uid, gid: owner.gid } : await postgresAccount();
  if (owner && uid !== undefined && owner.uid !== uid) throw foreignCluster(clusterDir);
  return {};
}

/** Whether `account` can enter `directory`. Tries it, because modes, access lists and mounts all have a say. */
export function canEnter(directory: string, account: ServerAccount): boolean {
  if (account.uid === undefined) return true;
  return spawnSync('/bin/sh', ['-c', 'cd -- "$1"', 'sh', directory], { ...account, cwd: '/' }).status === 0;
}

async function postgresAccount(): Promise<ServerAccount> {
  try {
    return await lookUp();
  } catch {
    await run('useradd', ['--system', '--user-group', '--no-create-home', ACCOUNT_NAME]).catch(rejectRoot);
    return await lookUp();
  }
}

async function lookUp(): Promise<ServerAccount> {
  const [uid, gid] = await Promise.all(['-u', '-g'].map((flag) => run('id', [flag, ACCOUNT_NAME])));
  return { uid: Number(uid?.stdout), gid: Number(gid?.stdout) };
}

function rejectRoot(cause: unknown): never {
  throw new StartupError({
    code: 'MONSTERA_POSTGRES_ACCOUNT',
    what: `PostgreSQL does not run as root, and the system user "${ACCOUNT_NAME}" could not be created.`,
    fix: `Create that user, start as an ordinary user, or set DATABASE_URL to a server of your own.`,
    cause,
  });
}

function foreignCluster(clusterDir: string): StartupError {
  return new StartupError({
    code: 'MONSTERA_DATABASE_OWNER',
    what: `The database files in ${clusterDir} belong to another user; they were created under a different account.`,
    fix: `Run: sudo chown -R "$(id -un)" "${clusterDir}/.." (or delete that folder to start with an empty database).`,
  });
}
