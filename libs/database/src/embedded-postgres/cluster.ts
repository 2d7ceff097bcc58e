import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chown, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { StartupError } from '../startup.error.js';
import type { ServerBinaries } from './server-binaries.js';
import type { ServerHome } from './server-home.js';

export const SUPERUSER = 'monstera';
export const DATABASE = 'monstera';
export const MAJOR_VERSION = '18';

/** Creates the database files on first use. Throws `StartupError` if they belong to another version of PostgreSQL. */
export async function ensureCluster(home: ServerHome, binaries: ServerBinaries, durable: boolean): Promise<void> {
  if (existsSync(home.clusterDir)) return await requireVersion(home);
  const draft = `${home.clusterDir}.new`;
  await rm(draft, { recursive: true, force: true });
  await mkdir(draft, { mode: 0o700 });
  await writeFile(home.passwordFile, randomBytes(18).toString('base64url'), { mode: 0o600 });
  await giveTo(home, draft, home.passwordFile);
  await initialise(home, binaries, draft, durable);
  // Renamed when complete, so that an interrupted initialisation leaves nothing that looks like a database.
  await rename(draft, home.clusterDir);
}

async function giveTo({ account }: ServerHome, ...paths: string[]): Promise<void> {
  const { uid, gid } = account;
  if (uid === undefined || gid === undefined) return;
  await Promise.all(paths.map((path) => chown(path, uid, gid)));
}

async function initialise(home: ServerHome, { initdb }: ServerBinaries, draft: string, durable: boolean) {
  const flags = [
    `--pgdata=${draft}`,
    `--username=${SUPERUSER}`,
    `--pwfile=${home.passwordFile}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    '--locale=C',
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    ...(durable ? [] : ['--no-sync']),
  ];
  try {
    await promisify(execFile)(initdb, flags, { ...home.account, cwd: '/', env: serverEnvironment() });
  } catch (cause) {
    await rm(draft, { recursive: true, force: true });
    throw initialisationFailed(home, cause);
  }
}

/** Leaves out the PG… and locale variables, which would change the server's behaviour and the language of its messages. */
export function serverEnvironment(): NodeJS.ProcessEnv {
  // oxlint-disable-next-line node/no-process-env -- a child process inherits the environment; nothing is configured by it
  const kept = Object.entries(process.env).filter(([name]) => !/^(PG|LC_|LANG)/.test(name));
  return { ...Object.fromEntries(kept), LC_ALL: 'C' };
}

async function requireVersion({ clusterDir }: ServerHome): Promise<void> {
  const version = (await readFile(join(clusterDir, 'PG_VERSION'), 'utf8').catch(() => 'none')).trim();
  if (version === MAJOR_VERSION) return;
  throw new StartupError({
    code: 'MONSTERA_DATABASE_VERSION',
    what: `The files in ${clusterDir} are not those of PostgreSQL ${MAJOR_VERSION} (found version: ${version}).`,
    fix: `Move the folder away to start with an empty database, or set DATABASE_URL to a server that can read it.`,
  });
}

function initialisationFailed({ clusterDir }: ServerHome, cause: unknown): StartupError {
  const { stderr, message } = cause as Error & { stderr?: string };
  return new StartupError({
    code: 'MONSTERA_DATABASE_NOT_INITIALISED',
    what: `No database could be created in ${clusterDir}: ${(stderr || message).trim()}`,
    fix: 'Check the free disk space and the permissions of that folder.',
    cause,
  });
}
