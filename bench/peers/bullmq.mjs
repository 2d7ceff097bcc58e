// BullMQ, on Redis or on PostgreSQL, with settings from its documentation:
// - On Redis, a concurrency of 100: "between 100 and 300 is quite standard"
//   (https://docs.bullmq.io/guide/parallelism-and-concurrency).
// - On PostgreSQL, a concurrency of 32, the largest of its own figures, and a pool that is large enough for it
//   (https://docs.bullmq.io/guide/postgresql, "Indicative numbers" and "Tuning tips").
// - Finished jobs are removed, so that they do not accumulate.
// - Redis persists as https://docs.bullmq.io/guide/going-to-production advises, see ../lab/redis-server.mjs.
import { createPostgresBackend, Queue, runMigrations, Worker } from 'bullmq';
import pg from 'pg';

const REDIS_CONCURRENCY = 100;
const POSTGRES_CONCURRENCY = 32;
/** The server allows 100 connections. */
const POSTGRES_POOL_MAX = 50;
const KEEP_NONE = { removeOnComplete: true, removeOnFail: true };

export async function migrate({ url, redisUrl }) {
  if (redisUrl) return;
  const pool = new pg.Pool({ connectionString: url });
  const client = await pool.connect();
  await runMigrations(client);
  client.release();
  await pool.end();
}

export async function open({ url, redisUrl, role, queues = 1, concurrency, handle }) {
  const slots = concurrency ?? (redisUrl ? REDIS_CONCURRENCY : POSTGRES_CONCURRENCY);
  const backend = redisUrl ? [] : [createPostgresBackend];
  // https://docs.bullmq.io/guide/connections: a worker's Redis connection must retry without limit.
  const connection = redisUrl
    ? { url: redisUrl, maxRetriesPerRequest: null }
    : { connectionString: url, max: role === 'producer' ? 10 : Math.min(slots, POSTGRES_POOL_MAX) };
  const queue = new Queue('bench', { connection, defaultJobOptions: { ...KEEP_NONE, attempts: 3 } }, ...backend);
  await queue.waitUntilReady();
  const start = () =>
    Promise.all(Array.from({ length: queues }, (_, k) => startWorker(k, { connection, slots, handle, backend })));
  return {
    add: (payload) => queue.add('bench', payload),
    addMany: (payloads) => queue.addBulk(payloads.map((data) => ({ name: 'bench', data }))),
    start,
    async unfinished() {
      const counts = await queue.getJobCounts('wait', 'active', 'prioritized', 'delayed');
      return Object.values(counts).some((count) => count > 0);
    },
  };
}

async function startWorker(k, { connection, slots, handle, backend }) {
  const process = async (job) => handle(job.data);
  const worker = new Worker(`bench${k || ''}`, process, { connection, concurrency: slots, autorun: false }, ...backend);
  worker.on('error', (error) => console.error('BullMQ:', error.message));
  await worker.waitUntilReady();
  void worker.run();
}
