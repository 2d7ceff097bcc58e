import { sleep } from '../lab/clock.mjs';
import { quantile } from '../report/statistics.mjs';

const PROCESSES = 3;
const SECONDS = 20;
const WARM_UP_MS = 12_000;
const WARM_UP_SECONDS = 4;
const END_TIMEOUT_MS = 30_000;
const BURST_HOLD_MS = 3_000;

const VARIANTS = [
  { id: '1 worker, 50 jobs/s', workers: 1, perSecond: 50 },
  { id: '30 workers, 50 jobs/s', workers: 30, perSecond: 50 },
  { id: '30 workers, 5 jobs/s', workers: 30, perSecond: 5 },
  { id: '30 workers, 50 delayed jobs/s', workers: 30, perSecond: 50, delayMs: 1_000 },
  { id: '30 workers, 3,000 jobs at once', workers: 30, burst: 3_000 },
];
const HERD = VARIANTS[1].id;
const given = (workers, perSecond) => ({ id: `${workers} workers, ${perSecond} jobs/s`, workers, perSecond });

/** Many idle workers. Measures the cost of each job if there are few, and whether all workers start if there are many. */
export const herd = {
  name: 'herd',
  title: 'Herd: idle workers, each with connections of its own, and a producer in another process',
  columns: [
    'claimsPerJob',
    'questionsPerJob',
    'statementsPerJob',
    'statementsPerSecond',
    'p50Ms',
    'p99Ms',
    'workersIn100Ms',
    'allWorkersMs',
  ],
  contenders: ['ours', 'bare-listen'],
  accepts: ({ id, group }, { delayMs, burst }) =>
    id === 'ours' || group === 'before' || (group === 'bare listen' && !delayMs && !burst),
  variants: ({ workers, rate }) => (workers || rate ? [given(workers ?? 30, rate ?? 50)] : VARIANTS),
  measure: (lab, contender, variant, options) =>
    variant.burst ? measureBurst(lab, contender, variant, options) : measureHerd(lab, contender, variant, options),
  comparisons: [
    { metric: 'claimsPerJob', of: { contender: 'ours', variant: HERD }, atMost: 3 },
    {
      metric: 'p50Ms',
      of: { contender: 'ours', variant: HERD },
      over: { contender: 'ours', variant: VARIANTS[0].id },
      atMost: 1.1,
    },
  ],
};

async function measureHerd(lab, contender, { workers, perSecond, delayMs = 0 }, { seconds = SECONDS }) {
  const stage = await openHerd(lab, contender, { workers, behaviour: 'stamp', seconds });
  try {
    const { producer, children } = stage;
    const arrive = (forSeconds) => producer.call('arrive', { perSecond, seconds: forSeconds, options: { delayMs } });
    const warmedUp = await arrive(Math.min(WARM_UP_SECONDS, seconds));
    await untilDone(children, warmedUp);
    const warmed = await Promise.all(children.map((child) => child.call('tally')));
    const before = await countStatements(stage);
    const sent = await arrive(seconds);
    const ended = await untilDone(children, warmedUp + sent);
    const after = await countStatements(stage);
    const late = ended.flatMap(({ latencies }, i) => latencies.slice(warmed[i].latencies.length));
    const latencies = late.map((ms) => ms - delayMs);
    const per = (name, divisor) => (after[name] - before[name]) / divisor;
    return {
      claimsPerJob: per('claims', sent),
      questionsPerJob: per('questions', sent),
      statementsPerJob: per('statements', sent),
      statementsPerSecond: per('statements', (after.atMs - before.atMs) / 1_000),
      p50Ms: quantile(latencies, 0.5),
      p99Ms: quantile(latencies, 0.99),
      maxMs: Math.max(...latencies),
      jobs: sent,
    };
  } finally {
    await stage.close();
  }
}

/** The time from the first start of a job until each worker has started one. */
async function measureBurst(lab, contender, { workers, burst }, { seconds = SECONDS }) {
  const stage = await openHerd(lab, contender, { workers, behaviour: 'announce', seconds });
  try {
    await stage.producer.call('load', { jobs: burst, payload: { holdMs: BURST_HOLD_MS } });
    await sleep(BURST_HOLD_MS / 2);
    const { rows } = await stage.database.client.query(
      `select extract(epoch from min(started_at) - min(min(started_at)) over ()) * 1000 as ms
       from jobs where status = 'processing' group by worker_id`,
    );
    const starts = rows.map(({ ms }) => Number(ms));
    return {
      workersIn100Ms: starts.filter((ms) => ms <= 100).length,
      allWorkersMs: starts.length < workers ? null : Math.max(...starts),
    };
  } finally {
    await stage.close();
  }
}

/** Uses the PostgreSQL that counts statements. Waits until the workers know each other and are idle. */
async function openHerd(lab, contender, { workers, behaviour, seconds }) {
  const stage = await lab.stage(contender, { server: await lab.countingServer() });
  const processes = Math.min(PROCESSES, workers);
  const children = await Promise.all(
    Array.from({ length: processes }, (_, i) =>
      stage.open({
        role: 'worker',
        behaviour,
        applications: Math.floor((workers + i) / processes),
        // Of workers that only listen, one process has the one that claims.
        isFirst: i === processes - 1,
      }),
    ),
  );
  const producer = await stage.open({ role: 'producer' });
  await Promise.all(children.map((child) => child.call('start')));
  await sleep(Math.min(WARM_UP_MS, seconds * 1_000));
  return { ...stage, producer, children };
}

/** Runs in another database, so that it does not count itself. */
async function countStatements({ server, database }) {
  const { rows } = await server.admin.query(
    `select sum(calls)::int as statements,
       coalesce(sum(calls) filter (where query ~ 'run = j.run [+]'), 0)::int as claims,
       coalesce(sum(calls) filter (where query ~ 'as in_ms'), 0)::int as questions
     from pg_stat_statements
     where toplevel and dbid = (select oid from pg_database where datname = $1)`,
    [database.name],
  );
  return { atMs: Date.now(), ...rows[0] };
}

async function untilDone(children, count) {
  const deadline = Date.now() + END_TIMEOUT_MS;
  for (;;) {
    const tallies = await Promise.all(children.map((child) => child.call('tally')));
    const done = tallies.reduce((sum, tally) => sum + tally.done, 0);
    if (done >= count) return tallies;
    if (Date.now() > deadline) throw new Error(`only ${done} of ${count} jobs ended`);
    await sleep(100);
  }
}
