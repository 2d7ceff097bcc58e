// Every system that is measured. An adapter is a module with:
// - `migrate({ url, redisUrl, settings })`: creates the tables in a fresh database.
// - `open({ url, redisUrl, settings, role, behaviour, queues, concurrency, dashboard, handle })`: boots the system. The role is
//   worker, producer or both. Only ours takes `dashboard`, the options of its dashboard.
//
// `open` returns an object with:
// - `add(payload, options)`, `addMany(payloads)`, `addInTransaction(payload)`: enqueue with the system's documented calls.
// - `addAndWait(payload)`: enqueues and waits for the end. Only ours has it.
// - `start()`: lets the worker look for jobs.
// - `sample()`: reads the values of the gauges, `{ total, capped, queues }` of pending jobs. Only ours has it.
// - `address()`: where its dashboard is. Only ours has it.
// - `unfinished()`: whether a job is due or running.

import { existsSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

/** @typedef {{ id: string, name: string, group: 'ours' | 'before' | 'small heap' | 'peer' | 'bare' | 'minimal' | 'bare listen', store: 'postgres' | 'redis',
 *    adapter: string, settings: object, slots?: number, nodeOptions?: string[] }} Contender */

const module = (path) => new URL(path, import.meta.url).href;

const ours = /** @type {const} */ ({ group: 'ours', store: 'postgres', adapter: module('adapters/ours.mjs') });
const peer = /** @type {const} */ ({ group: 'peer', store: 'postgres' });
const graphileWorker = { ...peer, adapter: module('peers/graphile-worker.mjs') };
const bullmq = { ...peer, adapter: module('peers/bullmq.mjs') };
const bare = /** @type {const} */ ({ store: 'postgres', adapter: module('adapters/bare.mjs') });

/**
 * The ways to claim 500 and complete 500 without anything else. The best of them is the limit.
 *
 * @param {'jobs' | 'minimal'} table
 * @returns {Contender[]}
 */
function bareRows(table) {
  return ['loop', 'fused'].flatMap((mode) =>
    [1, 2, 3].map((connections) => ({
      ...bare,
      group: table === 'jobs' ? 'bare' : 'minimal',
      id: `${table === 'jobs' ? 'bare' : 'minimal'}-${mode}-${connections}`,
      name: `bare ${mode}, ${connections} connection${connections > 1 ? 's' : ''}${table === 'jobs' ? '' : ', minimal table'}`,
      settings: { mode, connections, table },
    })),
  );
}

/** The limit for single jobs: pg alone inserts with a NOTIFY, listens, claims and completes. */
const bareListen = /** @type {const} */ ({
  ...bare,
  group: 'bare listen',
  id: 'bare-listen',
  name: 'bare NOTIFY and LISTEN',
  settings: { mode: 'listen', table: 'jobs' },
});

export const DEFAULTS = { ...ours, id: 'ours', name: 'Monstera (defaults)', settings: {}, slots: 10 };

/** @type {Contender[]} */
export const CONTENDERS = [
  DEFAULTS,
  {
    ...ours,
    group: 'small heap',
    id: 'ours-small-heap',
    name: 'Monstera (heap of 256 MB)',
    settings: {},
    nodeOptions: ['--max-old-space-size=256', '--max-semi-space-size=16'],
  },
  { ...ours, id: 'ours-best', name: 'Monstera (concurrency 200)', settings: { concurrency: 200 }, slots: 200 },
  { ...graphileWorker, id: 'graphile', name: 'graphile-worker (defaults)', settings: { fast: false } },
  { ...graphileWorker, id: 'graphile-fast', name: 'graphile-worker (fast)', settings: { fast: true } },
  { ...peer, id: 'pg-boss', name: 'pg-boss (fast)', adapter: module('peers/pg-boss.mjs'), settings: {} },
  { ...bullmq, id: 'bullmq-redis', name: 'BullMQ on Redis (AOF each second)', store: 'redis', settings: {} },
  { ...bullmq, id: 'bullmq-postgres', name: 'BullMQ on PostgreSQL', settings: {} },
  ...bareRows('jobs'),
  ...bareRows('minimal'),
  bareListen,
];

/** Finds contenders by id or group, for `--contenders`. Throws for an unknown name. */
export function findContenders(names) {
  return names.flatMap((name) => {
    const found = CONTENDERS.filter(({ id, group }) => id === name || group === name);
    if (found.length === 0) throw new Error(`--contenders: "${name}" is no contender. ${listNames()}`);
    return found;
  });
}

/**
 * Another checkout of this project, for `--against`: it is measured with its own adapter and its own built packages. Throws
 * if it has not been built.
 */
export function checkoutAt(folder) {
  const path = resolve(folder);
  if (!existsSync(join(path, 'libs/jobs/dist/index.js')))
    throw new Error(`--against: ${path} has no built library. Run \`npm ci && npm run build\` there.`);
  const adapter = pathToFileURL(join(path, 'bench/adapters/ours.mjs')).href;
  const id = basename(path);
  return { ...DEFAULTS, group: 'before', adapter, id, name: `Monstera (${id})` };
}

function listNames() {
  const groups = new Set(CONTENDERS.map(({ group }) => group));
  return `There are the groups ${[...groups].join(', ')} and the contenders ${CONTENDERS.map(({ id }) => id).join(', ')}.`;
}
