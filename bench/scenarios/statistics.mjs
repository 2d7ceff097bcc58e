import { nowMs, sleep } from '../lab/clock.mjs';
import { allowAutovacuum, fillWithoutStatistics } from './jobs-filling.mjs';
import { jobsOr, shortCount } from './scales.mjs';
import { holdSnapshot } from './snapshot.mjs';

const JOBS = 1_000_000;
const QUEUES = 2_000;
const SAMPLES = 20;
const PAUSE_MS = 100;
const WORKER = '019a0000-0000-7000-8000-00000000beef';
/** PostgreSQL's statistics of dead rows are delayed, and the first survey is slow. */
const UNTIL_KNOWN_MS = 120_000;

/** The cost of the gauges of one scrape, with many rows and queues, and with the dead entries of a held snapshot. */
export const statistics = {
  name: 'statistics',
  title: 'Statistics: everything that the gauges show, read once',
  columns: ['p50Ms', 'maxMs'],
  sameScale: true,
  contenders: ['ours'],
  accepts: ({ group }) => group === 'ours',
  variants: (options) => {
    const jobs = jobsOr(options, JOBS);
    return [
      {
        id: `${shortCount(jobs)} jobs in 2,000 queues, one in ten pending`,
        jobs,
        pending: jobs / 10,
        fill: fillQueues,
      },
      { id: `${shortCount(jobs)} dead entries`, jobs, pending: 1, fill: fillDeadEntries, held: true },
    ];
  },
  measure: measureStatistics,
  comparisons: [
    { metric: 'p50Ms', of: { contender: 'ours', variant: '1M jobs in 2,000 queues, one in ten pending' }, atMost: 250 },
    { metric: 'p50Ms', of: { contender: 'ours', variant: '1M dead entries' }, atMost: 100 },
  ],
};

async function measureStatistics(lab, contender, { jobs, pending, fill, held }) {
  const stage = await lab.stage(contender);
  try {
    const { url, client } = stage.database;
    await fillWithoutStatistics(client, () => fill(client, jobs, () => held && holdSnapshot(url)));
    await allowAutovacuum(client);
    const child = await stage.open({ role: 'producer' });
    await untilKnown(child, pending);
    const tookMs = [];
    for (let i = 0; i < SAMPLES; i++) {
      const startedMs = nowMs();
      await child.call('sample');
      tookMs.push(nowMs() - startedMs);
      await sleep(PAUSE_MS);
    }
    tookMs.sort((a, b) => a - b);
    return { p50Ms: tookMs[SAMPLES / 2], maxMs: tookMs.at(-1) };
  } finally {
    await stage.close();
  }
}

async function untilKnown(child, pending) {
  const deadlineMs = nowMs() + UNTIL_KNOWN_MS;
  for (;;) {
    const { total, capped, queues } = await child.call('sample');
    if (capped ? total > 0 && pending > total && queues === QUEUES : total === pending) return;
    if (nowMs() > deadlineMs) throw new Error(`the statistics count ${total} pending jobs in ${queues} queues`);
    await sleep(PAUSE_MS);
  }
}

async function fillQueues(client, jobs) {
  await client.query(
    `insert into jobs (id, type, queue, priority, scheduled_at, status, completed_at)
     select uuidv7(), 'type ' || i % 20, 'queue ' || i / 10 % ${QUEUES}, i % 3 * 4, now() - i * interval '1 millisecond',
       case when i % 10 = 0 then 'pending' else 'completed' end, case when i % 10 > 0 then now() end
     from generate_series(1, $1) as i`,
    [jobs],
  );
}

/** Half of the jobs have the same due time, as after a bulk insert. */
async function fillDeadEntries(client, jobs, hold) {
  await client.query(
    `insert into jobs (id, type, scheduled_at)
     select uuidv7(), 'bench', now() - interval '1 hour' + greatest(i - $1 / 2, 0) * interval '100 microseconds'
     from generate_series(1, $1::int) as i`,
    [jobs],
  );
  await hold();
  await client.query(
    `update jobs set status = 'processing', worker_id = '${WORKER}', started_at = now(), run = 1, attempts = 1`,
  );
  await client.query(`update jobs set status = 'completed', worker_id = null, completed_at = now()`);
  await client.query(`insert into jobs (type) values ('bench')`);
}
