import { nowMs } from '../lab/clock.mjs';
import { quantile } from '../report/statistics.mjs';
import { untilDone } from './until-done.mjs';

const QUEUES = [20, 2_000];
const PER_SECOND = 20;
const SECONDS = 20;
const END_TIMEOUT_MS = 20_000;

const nameOf = (queues) => `${queues} queues`;

/** The cost of a claim for a worker with many queues, few of which have jobs. The server counts its statements. */
export const queues = {
  name: 'queues',
  title: 'Queues: 20 jobs/s arrive in turn in all queues of one worker',
  columns: ['claimMs', 'searchMsPerSecond', 'p50Ms', 'p99Ms'],
  plotted: ['claimMs'],
  contenders: ['ours'],
  accepts: ({ group }) => group === 'ours',
  variants: () => QUEUES.map((count) => ({ id: nameOf(count), count })),
  measure: measureQueues,
  comparisons: [
    {
      metric: 'claimMs',
      of: { contender: 'ours', variant: nameOf(2_000) },
      over: { contender: 'ours', variant: nameOf(20) },
      atMost: 2,
    },
  ],
};

async function measureQueues(lab, contender, { count }, { seconds = SECONDS }) {
  const stage = await lab.stage(contender, { server: await lab.countingServer() });
  try {
    const worker = await stage.open({ role: 'worker', behaviour: 'stamp', queues: count });
    const producer = await stage.open({ role: 'producer', queues: count });
    await worker.call('start');
    const warmedUp = await producer.call('arrive', { perSecond: PER_SECOND, seconds: seconds / 4, inTurn: true });
    await untilDone(worker, warmedUp, END_TIMEOUT_MS);
    const before = await read(stage);
    const sent = await producer.call('arrive', { perSecond: PER_SECOND, seconds, inTurn: true });
    const { latencies } = await untilDone(worker, warmedUp + sent, END_TIMEOUT_MS);
    const after = await read(stage);
    const measured = latencies.slice(warmedUp);
    return {
      claimMs: (after.claimMs - before.claimMs) / (after.claims - before.claims),
      searchMsPerSecond: ((after.searchMs - before.searchMs) / (after.atMs - before.atMs)) * 1_000,
      p50Ms: quantile(measured, 0.5),
      p99Ms: quantile(measured, 0.99),
      jobs: sent,
    };
  } finally {
    await stage.close();
  }
}

/** The time of all claims, and the time of claims and due-time questions together. */
async function read({ server, database }) {
  const { rows } = await server.admin.query(
    `select
       coalesce(sum(calls) filter (where isclaim), 0)::int as claims,
       coalesce(sum(total_exec_time) filter (where isclaim), 0)::float8 as "claimMs",
       coalesce(sum(total_exec_time), 0)::float8 as "searchMs"
     from (
       select *, query like '%attempts = j.attempts + %' as isclaim
       from pg_stat_statements
       where dbid = (select oid from pg_database where datname = $1)
     ) as statements
     where isclaim or query like '%as in_ms%' or query like '%as lanes%'`,
    [database.name],
  );
  return { atMs: nowMs(), ...rows[0] };
}
