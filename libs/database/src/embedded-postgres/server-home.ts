import { existsSync } from 'node:fs';
import {
  access,
  chmod,
  constants,
  lstat,
  mkdir,
  mkdtemp,
  readdir,
  realpath,
  rmdir,
  symlink,
  unlink,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { StartupError } from '../startup.error.js';
import type { ServerAccount } from './server-account.js';
import { canEnter, findServerAccount } from './server-account.js';

/** The folders and files of one embedded server. */
export interface ServerHome {
  clusterDir: string;
  passwordFile: string;
  /** Holds the process that started the server, and the server's own process. */
  runFile: string;
  logFile: string;
  account: ServerAccount;
}

/** Survives a restart of the machine, unlike the folder for temporary files. */
const STATE_DIR = '/var/lib';

/** @throws StartupError if the server's user cannot enter `dataDir` and `dataDir` is not empty. */
export async function openServerHome(dataDir: string, log: (line: string) => void): Promise<ServerHome> {
  await unlinkIfDangling(dataDir);
  await mkdir(dataDir, { recursive: true });
  const account = await findServerAccount(join(dataDir, 'cluster'));
  if (!canEnter(await realpath(dataDir), account)) await moveElsewhere(dataDir, account, log);
  return { ...layOut(await realpath(dataDir)), account };
}

/** An earlier start has moved the files, and their folder has been deleted since. */
async function unlinkIfDangling(dataDir: string): Promise<void> {
  const link = await lstat(dataDir).catch(() => undefined);
  if (link?.isSymbolicLink() && !existsSync(dataDir)) await unlink(dataDir);
}

/** Where the files are in a folder that has them. */
export function layOut(home: string): Omit<ServerHome, 'account'> {
  return {
    clusterDir: join(home, 'cluster'),
    passwordFile: join(home, 'password'),
    runFile: join(home, 'run.json'),
    logFile: join(home, 'server.log'),
  };
}

/** Replaces `dataDir` by a link, so that deleting it still means an empty database at the next start. */
async function moveElsewhere(dataDir: string, account: ServerAccount, log: (line: string) => void): Promise<void> {
  if ((await readdir(dataDir)).length > 0) throw await outOfReach(dataDir, account);
  const place = await mkdtemp(join(await stateDirectory(), 'monstera-postgres-'));
  await chmod(place, 0o711);
  await rmdir(dataDir);
  await symlink(place, dataDir);
  log(`The server's user cannot enter ${dirname(dataDir)}; its files are kept in ${place} (linked from there).`);
}

async function stateDirectory(): Promise<string> {
  return await access(STATE_DIR, constants.W_OK).then(
    () => STATE_DIR,
    () => tmpdir(),
  );
}

async function outOfReach(dataDir: string, account: ServerAccount): Promise<StartupError> {
  let blocked = await realpath(dataDir);
  while (!canEnter(dirname(blocked), account)) blocked = dirname(blocked);
  return new StartupError({
    code: 'MONSTERA_DATABASE_OUT_OF_REACH',
    what: `PostgreSQL does not run as root, and the server's own user cannot enter ${blocked}.`,
    fix: `Run: chmod o+x "${blocked}" (or move the project, or set DATABASE_URL to a server of your own).`,
  });
}
