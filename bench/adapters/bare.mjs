// The upper limit: pg alone claims and completes jobs, without a fence, queues, handlers or a framework.
import pg from 'pg';
import * as ours from './ours.mjs';
import { unfinishedQuery, UNFINISHED_JOBS } from './unfinished.mjs';

const BATCH = 500;
/** The same as the pool of the other PostgreSQL producers. */
const PRODUCER_CONNECTIONS = 10;
const WORKER_ID = '00000000-0000-7000-8000-000000000001';

/** `jobs` is the project's table with all its indexes. `minimal` has only what claiming and completing needs. */
const TABLES = {
  jobs: {
    migrate: ours.migrate,
    due: `shard = 0 and queue = 'default' and status = 'pending' and priority = 5 and scheduled_at <= now()`,
    key: 'shard = 0 and id',
    take: `worker_id = '${WORKER_ID}',`,
    release: 'worker_id = null,',
    unfinished: UNFINISHED_JOBS,
  },
  minimal: {
    migrate: createMinimalTable,
    due: `status = 'pending' and scheduled_at <= now()`,
    key: 'id',
    take: '',
    release: '',
    unfinished: `select exists (select from jobs where status in ('pending', 'processing')) as unfinished`,
  },
};

export async function migrate({ url, settings }) {
  await TABLES[settings.table].migrate({ url });
}

async function createMinimalTable({ url }) {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(`
    create table jobs (
      id uuid primary key default uuidv7(),
      type varchar(50) not null,
      payload jsonb,
      status varchar(20) not null default 'pending',
      attempts int not null default 0,
      scheduled_at timestamptz not null default now(),
      started_at timestamptz,
      completed_at timestamptz,
      updated_at timestamptz not null default now()
    ) with (fillfactor = 80);
    create index jobs_due on jobs (scheduled_at) where status = 'pending'`);
  await client.end();
}

export async function open({ url, settings, handle, applications = 1, isFirst = true }) {
  const { mode, connections, table } = settings;
  const pool = new pg.Pool({ connectionString: url, max: PRODUCER_CONNECTIONS });
  const statements = statementsFor(TABLES[table]);
  if (mode === 'listen') {
    const system = openListening(pool, statements, handle, await unfinishedQuery(url, TABLES[table].unfinished));
    return withListeners(system, url, { count: applications - (isFirst ? 1 : 0), isFirst });
  }
  const drain = mode === 'fused' ? drainFused : drainLooping;
  return {
    ...producer(pool),
    async start() {
      const clients = await Promise.all(Array.from({ length: connections }, () => pool.connect()));
      for (const client of clients) void drain(client, statements, handle);
    },
    unfinished: await unfinishedQuery(url, TABLES[table].unfinished),
  };
}

function statementsFor({ due, key, take, release }) {
  const next = `select id from jobs where ${due} order by scheduled_at limit ${BATCH} for update skip locked`;
  const start = `update jobs set status = 'processing', ${take} started_at = now(), updated_at = now(),
    attempts = attempts + 1 where ${key} = any`;
  const complete = `update jobs set status = 'completed', ${release} completed_at = now(), updated_at = now()
    where ${key} = any ($1::uuid[])`;
  const columns = 'returning id, type, payload, attempts';
  return {
    claim: { name: 'claim', text: `${start} (array(${next})) ${columns}` },
    complete: { name: 'complete', text: complete },
    fused: {
      name: 'fused',
      text: `with done as (${complete}), next as (${next}) ${start} (array(select id from next)) ${columns}`,
    },
  };
}

async function drainLooping(client, { claim, complete }, handle) {
  for (;;) {
    const { rows } = await client.query(claim);
    if (rows.length === 0) return;
    for (const row of rows) handle(row.payload);
    await client.query({ ...complete, values: [rows.map(({ id }) => id)] });
  }
}

/** One statement completes the last batch and claims the next. */
async function drainFused(client, { fused }, handle) {
  let done = [];
  do {
    const { rows } = await client.query({ ...fused, values: [done] });
    for (const row of rows) handle(row.payload);
    done = rows.map(({ id }) => id);
  } while (done.length > 0);
}

/**
 * Adds connections that hear every NOTIFY and do nothing about it: what many workers cost PostgreSQL and the machine if
 * all but one keep still. Only the first process has the worker that claims.
 */
function withListeners(system, url, { count, isFirst }) {
  return {
    ...system,
    async start() {
      const listeners = Array.from({ length: count }, () => new pg.Client({ connectionString: url }));
      for (const listener of listeners) {
        await listener.connect();
        // The server closes these connections when the database is dropped.
        listener.on('error', () => undefined);
        await listener.query('listen bench');
      }
      if (isFirst) await system.start();
    },
  };
}

/** Every insert sends a NOTIFY. After each one, the worker claims until no job is left. */
function openListening(pool, statements, handle, unfinished) {
  const { add, addMany } = producer(pool, notifying);
  return {
    add,
    addMany,
    async start() {
      const [listener, client] = await Promise.all([pool.connect(), pool.connect()]);
      let wanted = false;
      let draining = false;
      listener.on('notification', async () => {
        wanted = true;
        if (draining) return;
        draining = true;
        for (; wanted; await drainLooping(client, statements, handle)) wanted = false;
        draining = false;
      });
      await listener.query('listen bench');
    },
    unfinished,
  };
}

const notifying = (text) => `with inserted as (${text}) select pg_notify('bench', '')`;

function producer(pool, also = (text) => text) {
  const one = {
    name: 'one',
    text: also(`insert into jobs (id, type, payload) values (uuidv7(), 'bench', $1) returning id`),
  };
  const many = {
    name: 'many',
    text: also(`insert into jobs (id, type, payload)
      select uuidv7(), 'bench', payload::jsonb from unnest($1::text[]) as payload returning id`),
  };
  const add = (client, payload) => client.query({ ...one, values: [JSON.stringify(payload)] });
  return {
    add: (payload) => add(pool, payload),
    addMany: (payloads) => pool.query({ ...many, values: [payloads.map((payload) => JSON.stringify(payload))] }),
    async addInTransaction(payload) {
      const client = await pool.connect();
      await client.query('begin');
      await add(client, payload);
      await client.query('commit');
      client.release();
    },
  };
}
