import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { StartupError } from '../startup.error.js';
import type { ProcessIdentity } from './process-identity.js';
import { identify, isRunning } from './process-identity.js';
import type { ServerHome } from './server-home.js';

/** The process that started the server on these files, and the server's own process. */
interface Run {
  owner: ProcessIdentity;
  server?: ProcessIdentity;
}

const STOP_TIMEOUT_MS = 30_000;

/**
 * Makes this process the only user of the server's files. Stops a server that a killed application has left running.
 *
 * @throws StartupError if a running application uses the files.
 */
export async function claimHome(home: ServerHome, log: (line: string) => void): Promise<void> {
  const former = await readRun(home);
  if (former && (await isRunning(former.owner))) throw inUse(home, former.owner.pid);
  if (former?.server && (await isRunning(former.server))) {
    log(`Stopping the server that an application killed earlier left running (process ${former.server.pid})`);
    await stopLeftOver(former.server);
  }
  await removeStaleLock(home);
  await writeRun(home, { owner: await ownIdentity() });
}

export async function recordServer(home: ServerHome, pid: number): Promise<void> {
  await writeRun(home, { owner: await ownIdentity(), server: await identify(pid) });
}

export async function releaseHome(home: ServerHome): Promise<void> {
  await rm(home.runFile, { force: true });
}

/** Whether an application that is running has started the server on these files. */
export async function isServerRunning(home: Pick<ServerHome, 'runFile'>): Promise<boolean> {
  const run = await readRun(home);
  return run?.server !== undefined && (await isRunning(run.server));
}

async function readRun({ runFile }: Pick<ServerHome, 'runFile'>): Promise<Run | undefined> {
  try {
    return JSON.parse(await readFile(runFile, 'utf8')) as Run;
  } catch {
    return undefined;
  }
}

/** Renames a temporary file, so that a crash while writing leaves the old content. */
async function writeRun({ runFile }: ServerHome, run: Run): Promise<void> {
  await writeFile(`${runFile}.new`, JSON.stringify(run));
  await rename(`${runFile}.new`, runFile);
}

async function ownIdentity(): Promise<ProcessIdentity> {
  return (await identify(process.pid)) ?? { pid: process.pid, startedAt: 'unknown' };
}

async function stopLeftOver(server: ProcessIdentity): Promise<void> {
  process.kill(server.pid, 'SIGINT');
  const deadline = performance.now() + STOP_TIMEOUT_MS;
  while (await isRunning(server)) {
    if (performance.now() > deadline) throw stuck(server.pid);
    await delay(25);
  }
}

/**
 * PostgreSQL trusts its lock file while any process has the id in it. After a restart of a container, one usually has.
 * `claimHome` has stopped our own server. If another one runs on these files, PostgreSQL notices its shared memory and
 * refuses to start.
 */
async function removeStaleLock({ clusterDir }: ServerHome): Promise<void> {
  await rm(`${clusterDir}/postmaster.pid`, { force: true });
}

function inUse({ clusterDir }: ServerHome, pid: number): StartupError {
  return new StartupError({
    code: 'MONSTERA_DATABASE_IN_USE',
    what: `The database in ${clusterDir} is used by an application that is already running (process ${pid}).`,
    fix: `Stop it first: kill ${pid}`,
  });
}

function stuck(pid: number): StartupError {
  return new StartupError({
    code: 'MONSTERA_DATABASE_STUCK',
    what: `A PostgreSQL server left over from an earlier run (process ${pid}) does not stop.`,
    fix: `End it with: kill -QUIT ${pid}`,
  });
}
