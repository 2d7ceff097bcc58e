import { ChildProcess } from './child-process.mjs';
import { findRedis, startRedisServer } from './redis-server.mjs';
import { startPostgresServer } from './postgres-server.mjs';
import { chooseNode, whyNoPeers } from './node-binary.mjs';

/** @typedef {Awaited<ReturnType<typeof startPostgresServer>>} PostgresServer */

/** Enough connections for dozens of applications. */
const MANY_WORKERS = 400;

/**
 * The servers and the Node binary of a run.
 *
 * @param {{ dataDir: string, settings?: string[] }} options
 */
export async function openLab({ dataDir, settings = [] }) {
  const node = chooseNode();
  const redis = findRedis();
  const server = await startPostgresServer({ dataDir, settings });
  const counting = /** @type {Promise<PostgresServer> | null} */ (null);
  const lab = { dataDir, node, redis, server, templates: new Map(), stages: new Set(), counting };
  return {
    node,
    redis,
    server,
    /** A second PostgreSQL that counts statements. The first one should not spend time on counting. */
    countingServer: () => (lab.counting ??= startCountingServer(dataDir)),
    /** Why a contender cannot run here, or null. */
    whyNot: ({ group, store }) => (group === 'peer' ? whyNoPeers(node) : null) ?? whyNoStore(store, redis),
    stage: (contender, options) => openStage(lab, contender, options),
    /** May be called twice: at the end of the run and by a signal. */
    close: () => (lab.closing ??= close(lab)),
  };
}

async function close({ stages, server, counting }) {
  for (const stage of stages) await stage.close();
  const servers = [server, await counting].filter(Boolean);
  await Promise.all(servers.map((running) => running.stop()));
}

async function startCountingServer(dataDir) {
  const settings = ['shared_preload_libraries=pg_stat_statements', `max_connections=${MANY_WORKERS}`];
  const server = await startPostgresServer({ dataDir, settings });
  await server.admin.query('create extension pg_stat_statements');
  return server;
}

function whyNoStore(store, redis) {
  return store === 'redis' && redis === null ? 'no redis-server on the PATH' : null;
}

/**
 * A fresh database with the contender's tables, for one measurement. `template` names a filled database to copy, which is
 * built once per run. `server` replaces the run's PostgreSQL.
 *
 * @param {any} lab
 * @param {import('../contenders.mjs').Contender} contender
 * @param {{ template?: { name: string, build: (client: import('pg').Client) => Promise<unknown> }, server?: PostgresServer }} options
 */
async function openStage(lab, contender, { template, server = lab.server } = {}) {
  const source = template && (await templateDatabase(lab, contender, template));
  const database = await server.createDatabase({ template: source });
  const redis = contender.store === 'redis' ? await startRedisServer(lab) : null;
  const children = new Set();
  const stage = {
    contender,
    database,
    server,
    /** Starts a process and opens the contender in the given role. */
    async open(params) {
      const child = new ChildProcess(lab.node.path, contender.nodeOptions);
      children.add(child);
      const { adapter, settings } = contender;
      await child.call('open', { adapter, settings, url: database.url, redisUrl: redis?.url, ...params });
      return child;
    },
    serverCpuMs: () => (redis ?? server).cpuMs(),
    async close() {
      lab.stages.delete(stage);
      await Promise.all([...children].map((child) => child.kill()));
      await redis?.stop();
      await database.drop();
    },
  };
  lab.stages.add(stage);
  if (!source) await migrate(stage);
  return stage;
}

async function migrate(stage) {
  const child = await stage.open({ role: 'none' });
  await child.call('migrate');
  await child.kill();
}

async function templateDatabase(lab, contender, { name, build }) {
  const key = `${contender.adapter} ${name}`;
  if (!lab.templates.has(key)) lab.templates.set(key, await buildTemplate(lab, contender, build));
  return lab.templates.get(key);
}

/** The template stays until the server stops. Its stage is only disconnected, so that the database can be copied. */
async function buildTemplate(lab, contender, build) {
  const stage = await openStage(lab, contender);
  await build(stage.database.client);
  await stage.database.disconnect();
  lab.stages.delete(stage);
  return stage.database.name;
}
