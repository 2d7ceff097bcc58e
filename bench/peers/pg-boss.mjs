// pg-boss. The fast settings are batches of 500, fetched without a pause while they are full (`burstWhenBatchFull`), four
// local workers, and LISTEN/NOTIFY. See https://pgboss.io/api/workers, https://pgboss.io/api/constructor and
// https://pgboss.io/api/queues. With its defaults it fetches one job every two seconds.
import pg from 'pg';
import { PgBoss } from 'pg-boss';

const FAST = { batchSize: 500, localConcurrency: 4, burstWhenBatchFull: true };

const UNFINISHED = `
  select exists (
    select from pgboss.job where name like 'bench%' and state in ('created', 'retry', 'active')
  ) as unfinished`;

const queueName = (k) => `bench${k || ''}`;

async function boss(url) {
  const instance = new PgBoss({ connectionString: url, useListenNotify: true });
  instance.on('error', (error) => console.error('pg-boss:', error.message));
  return instance.start();
}

export async function migrate({ url }) {
  const instance = await boss(url);
  for (let k = 0; k < 20; k++) await instance.createQueue(queueName(k), { notify: true });
  await instance.stop({ graceful: false });
}

export async function open({ url, behaviour, queues = 1, concurrency, handle }) {
  const instance = await boss(url);
  const options = {
    ...FAST,
    ...(concurrency && { batchSize: Math.ceil(concurrency / FAST.localConcurrency) }),
    ...(behaviour === 'failOnce' && { perJobResults: true }),
  };
  const work = behaviour === 'failOnce' ? oneByOne(handle) : allOrNothing(handle);
  const asking = new pg.Client({ connectionString: url, options: '-c enable_seqscan=off' });
  await asking.connect();
  return {
    ...producer(instance, url),
    async start() {
      for (let k = 0; k < queues; k++) await instance.work(queueName(k), options, work);
    },
    unfinished: async () => (await asking.query(UNFINISHED)).rows[0].unfinished,
  };
}

function allOrNothing(handle) {
  return async (jobs) => {
    const waiting = [];
    for (const { data } of jobs) {
      const promise = handle(data);
      if (promise) waiting.push(promise);
    }
    await Promise.all(waiting);
  };
}

/** Without `perJobResults`, one failing job fails its whole batch, https://pgboss.io/api/workers. */
function oneByOne(handle) {
  return async (jobs) => {
    const results = await Promise.allSettled(jobs.map(async ({ data }) => handle(data)));
    return jobs.map(({ id }, k) => ({ id, status: results[k].status === 'fulfilled' ? 'completed' : 'failed' }));
  };
}

function producer(instance, url) {
  const pool = new pg.Pool({ connectionString: url, max: 10 });
  return {
    add: (data) => instance.send('bench', data),
    // https://pgboss.io/api/jobs (`insert`)
    addMany: (payloads) =>
      instance.insert(
        'bench',
        payloads.map((data) => ({ data })),
      ),
    // https://pgboss.io/api/jobs (`db`): an object with `executeSql` runs the insert in the caller's transaction.
    async addInTransaction(data) {
      const client = await pool.connect();
      await client.query('begin');
      await instance.send('bench', data, { db: { executeSql: (text, values) => client.query(text, values) } });
      await client.query('commit');
      client.release();
    },
  };
}
