import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { sleep } from './clock.mjs';
import { treeCpuMs } from './cpu-time.mjs';

const START_TIMEOUT_MS = 10_000;

/** Returns the version of the `redis-server` on the PATH, or null. */
export function findRedis() {
  const { status, stdout } = spawnSync('redis-server', ['--version'], { encoding: 'utf8' });
  return status === 0 ? (/v=([\d.]+)/.exec(stdout)?.[1] ?? 'unknown') : null;
}

/**
 * Starts an empty Redis for one measurement. It syncs its append-only file once a second, as BullMQ advises for production
 * (https://docs.bullmq.io/guide/going-to-production). So a crash can lose a second of jobs.
 */
export async function startRedisServer({ dataDir }) {
  const home = await mkdtemp(join(dataDir, 'monstera-bench-redis-'));
  const port = await freePort();
  const options = { bind: '127.0.0.1', port, dir: home, appendonly: 'yes', appendfsync: 'everysec', save: '' };
  const flags = Object.entries({ ...options, 'maxmemory-policy': 'noeviction' }).flatMap(([k, v]) => [
    `--${k}`,
    `${v}`,
  ]);
  const server = spawn('redis-server', flags, { stdio: ['ignore', 'ignore', 'inherit'] });
  const ended = once(server, 'exit');
  const stop = async () => {
    server.kill('SIGKILL');
    await ended;
    await rm(home, { recursive: true, force: true });
  };
  await untilListening(port, server).catch(async (error) => {
    await stop();
    throw error;
  });
  return { url: `redis://127.0.0.1:${port}`, cpuMs: () => treeCpuMs(server.pid), stop };
}

async function untilListening(port, server) {
  const deadline = performance.now() + START_TIMEOUT_MS;
  while (!(await canConnect(port))) {
    if (server.exitCode !== null) throw new Error(`redis-server ended with exit code ${server.exitCode}`);
    if (performance.now() > deadline) throw new Error(`redis-server does not listen on port ${port}`);
    await sleep(20);
  }
}

function canConnect(port) {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    const answer = (listening) => {
      socket.destroy();
      resolve(listening);
    };
    socket.once('connect', () => answer(true)).once('error', () => answer(false));
  });
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  server.close();
  await once(server, 'close');
  return port;
}
