// graphile-worker. The fast settings are those of its own performance test,
// https://worker.graphile.org/docs/performance: 24 concurrent jobs, a pool of 25, a local queue of 500, no batch delays.
import { Logger, makeWorkerUtils, run, runMigrations } from 'graphile-worker';
import pg from 'pg';

const FAST = {
  concurrentJobs: 24,
  maxPoolSize: 25,
  localQueue: { size: 500 },
  completeJobBatchDelay: 0,
  failJobBatchDelay: 0,
};

/** The default logger writes two lines per job to the console, which a production system would switch off. */
const logger = new Logger(() => () => undefined);

const UNFINISHED = 'select exists (select from graphile_worker._private_jobs) as unfinished';

export async function migrate({ url }) {
  await runMigrations({ preset: { worker: { connectionString: url, logger } } });
}

export async function open({ url, settings, queues = 1, concurrency, handle }) {
  const pool = new pg.Pool({ connectionString: url, max: 10 });
  // It warns about pools without these listeners.
  for (const event of ['error', 'connect']) pool.on(event, () => undefined);
  const utils = await makeWorkerUtils({ pgPool: pool, logger });
  const tasks = Array.from({ length: queues }, (_, k) => [`bench${k || ''}`, (payload) => handle(payload)]);
  const worker = {
    connectionString: url,
    logger,
    ...(settings.fast && FAST),
    ...(concurrency && { concurrentJobs: concurrency, maxPoolSize: concurrency + 1 }),
  };
  const asking = new pg.Client({ connectionString: url });
  await asking.connect();
  return {
    ...producer(utils, pool),
    async start() {
      await run({
        preset: { worker },
        taskList: Object.fromEntries(tasks),
        parsedCronItems: [],
        noHandleSignals: true,
      });
    },
    unfinished: async () => (await asking.query(UNFINISHED)).rows[0].unfinished,
  };
}

function producer(utils, pool) {
  return {
    add: (payload) => utils.addJob('bench', payload),
    // https://worker.graphile.org/docs/library/add-jobs
    addMany: (payloads) => utils.addJobs(payloads.map((payload) => ({ identifier: 'bench', payload }))),
    // https://worker.graphile.org/docs/sql-add-job: the SQL function, called in the caller's transaction.
    async addInTransaction(payload) {
      const client = await pool.connect();
      await client.query('begin');
      await client.query('select graphile_worker.add_job($1, $2)', ['bench', JSON.stringify(payload)]);
      await client.query('commit');
      client.release();
    },
  };
}
