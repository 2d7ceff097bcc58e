import { readFile } from 'node:fs/promises';
import { availableParallelism, cpus, totalmem } from 'node:os';

const PACKAGES = ['graphile-worker', 'pg-boss', 'bullmq', 'ioredis', 'pg'];

/** Describes what the figures depend on. */
export async function describeMachine({ node, redis, server }, { runs }) {
  const { server_version: postgres, ...settings } = await server.settings();
  return {
    processor: `${availableParallelism()} × ${cpus()[0]?.model ?? 'unknown'}`,
    memory: `${Math.round(totalmem() / 2 ** 30)} GB`,
    files: server.inMemory ? 'in memory: commits cost nothing here, use --data' : 'on disk',
    node: node.version,
    postgres,
    settings: Object.entries(settings)
      .map(([name, value]) => `${name}=${value}`)
      .join(' '),
    redis: redis ?? 'none',
    peers: (await Promise.all(PACKAGES.map(version))).filter(Boolean).join(', ') || 'none',
    rounds: runs,
  };
}

async function version(name) {
  const file = new URL(`../peers/node_modules/${name}/package.json`, import.meta.url);
  const text = await readFile(file, 'utf8').catch(() => undefined);
  return text && `${name} ${JSON.parse(text).version}`;
}
