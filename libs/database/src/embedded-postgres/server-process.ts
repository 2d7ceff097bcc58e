import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { open, readFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { StartupError } from '../startup.error.js';
import { serverEnvironment } from './cluster.js';
import type { ServerBinaries } from './server-binaries.js';
import type { ServerHome } from './server-home.js';

const IMMEDIATE_STOP_AFTER_MS = 5_000;

export const LOOPBACK = '127.0.0.1';

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, LOOPBACK);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/**
 * `detached`, because Ctrl-C in a terminal reaches the whole process group, and the server must outlive the application's
 * last transaction.
 */
export async function launch(
  { postgres }: ServerBinaries,
  home: ServerHome,
  port: number,
  settings: readonly string[],
): Promise<ChildProcess> {
  const fixed = [`listen_addresses=${LOOPBACK}`, 'unix_socket_directories=', 'timezone=UTC'];
  const flags = [...fixed, ...settings].flatMap((setting) => ['-c', setting]);
  const log = await open(home.logFile, 'w', 0o600);
  try {
    if (home.account.uid !== undefined) await log.chown(home.account.uid, home.account.gid ?? -1);
    return spawn(postgres, ['-D', home.clusterDir, '-p', String(port), ...flags], {
      ...home.account,
      cwd: '/',
      env: serverEnvironment(),
      detached: true,
      stdio: ['ignore', log.fd, log.fd],
    });
  } finally {
    await log.close();
  }
}

/** A fast shutdown: ends running transactions and writes a checkpoint. A server that hangs is killed and recovers later. */
export async function stopServer(server: ChildProcess): Promise<void> {
  if (hasEnded(server)) return;
  server.ref();
  const ended = once(server, 'exit');
  server.kill('SIGINT');
  const patience = delay(IMMEDIATE_STOP_AFTER_MS, 'late', { ref: false });
  if ((await Promise.race([ended, patience])) === 'late') server.kill('SIGQUIT');
  await ended;
}

export function hasEnded(server: ChildProcess): boolean {
  return server.exitCode !== null || server.signalCode !== null;
}

export async function startFailed(home: ServerHome, cause?: unknown): Promise<StartupError> {
  const tail = (await readFile(home.logFile, 'utf8').catch(() => '')).trimEnd().split('\n').slice(-8).join('\n  ');
  return new StartupError({
    code: 'MONSTERA_DATABASE_NOT_STARTED',
    what: `PostgreSQL did not start. The end of ${home.logFile}:\n  ${tail}`,
    fix: 'Fix the cause that it names, or set DATABASE_URL to a server of your own.',
    cause,
  });
}
