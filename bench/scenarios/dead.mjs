import pg from 'pg';
import { sleep } from '../lab/clock.mjs';
import { quantile } from '../report/statistics.mjs';
import { fillWithoutStatistics, insertJobs } from './jobs-filling.mjs';
import { shortCount } from './scales.mjs';
import { untilDone } from './until-done.mjs';

const DEAD = [0, 2_000_000];
const PER_SECOND = 500;
const WARM_UP_SHARE = 1 / 2;
const END_TIMEOUT_MS = 60_000;

const SCHEDULED_AT = {
  distinct: `now() - interval '1 hour' + i * interval '100 microseconds'`,
  equal: `now() - interval '1 hour'`,
};

/** Jobs are added and deleted while a transaction holds a snapshot, so their index entries cannot be removed. */
export const dead = {
  name: 'dead',
  title: 'Dead entries: 500 jobs/s arrive at a worker that starts while a snapshot keeps the entries of deleted jobs',
  columns: ['p50Ms', 'p99Ms', 'maxMs'],
  plotted: ['p50Ms', 'p99Ms'],
  contenders: ['ours'],
  accepts: ({ group }) => group === 'ours',
  variants: ({ jobs = DEAD }) =>
    [0, ...jobs.filter((count) => count > 0)].flatMap((count) =>
      (count === 0 ? ['distinct'] : Object.keys(SCHEDULED_AT)).map((times) => ({
        id: count === 0 ? 'none' : `${shortCount(count)} dead, ${times} scheduled_at`,
        count,
        times,
      })),
    ),
  measure: measureDead,
  comparisons: [],
};

async function measureDead(lab, contender, { count, times }, { seconds = 30 }) {
  const stage = await lab.stage(contender, {
    template: {
      name: `${shortCount(count)} ${times}`,
      build: (client) =>
        fillWithoutStatistics(client, () => insertJobs(client, { count, scheduledAt: SCHEDULED_AT[times] })),
    },
  });
  const holder = new pg.Client({ connectionString: stage.database.url });
  // The server closes this connection when the database is dropped.
  holder.on('error', () => undefined);
  try {
    await holder.connect();
    await holder.query('begin isolation level repeatable read');
    await holder.query('select count(*) from jobs');
    await stage.database.client.query('delete from jobs');
    // The first reader of a deleted row marks it, and with checksums that writes its page to the log. The server then writes
    // what the deletion changed. Neither is what dead entries cost.
    await stage.database.client.query('select count(*) from jobs');
    await stage.database.client.query('checkpoint');
    await sleep(1_000);
    return await measureArrivals(stage, seconds);
  } finally {
    await holder.end().catch(() => undefined);
    await stage.close();
  }
}

async function measureArrivals(stage, seconds) {
  const worker = await stage.open({ role: 'worker', behaviour: 'stamp' });
  const producer = await stage.open({ role: 'producer' });
  await worker.call('start');
  const warmedUp = await producer.call('arrive', { perSecond: PER_SECOND, seconds: seconds * WARM_UP_SHARE });
  await untilDone(worker, warmedUp, END_TIMEOUT_MS);
  const sent = await producer.call('arrive', { perSecond: PER_SECOND, seconds });
  const { done, latencies } = await untilDone(worker, warmedUp + sent, END_TIMEOUT_MS);
  const measured = latencies.slice(warmedUp);
  return {
    p50Ms: quantile(measured, 0.5),
    p99Ms: quantile(measured, 0.99),
    maxMs: quantile(measured, 1),
    jobs: sent,
    cutShort: done < warmedUp + sent,
  };
}
