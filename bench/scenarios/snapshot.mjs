import pg from 'pg';
import { shortCount, jobsOr } from './scales.mjs';
import { allowAutovacuum, fillWithoutStatistics, insertJobs } from './jobs-filling.mjs';
import { measureDrain } from './measure-drain.mjs';

const JOBS = 2_000_000;
const LIMIT_SECONDS = 180;

const SCHEDULED_AT = {
  distinct: `now() - interval '1 hour' + i * interval '10 microseconds'`,
  equal: `now() - interval '1 hour'`,
};

/** A long transaction keeps PostgreSQL from removing the index entries of jobs that were claimed before. */
export const snapshot = {
  name: 'snapshot',
  title: 'Snapshot: drain while one REPEATABLE READ transaction stays open',
  columns: ['jobsPerSecond', 'lastFifth', 'clientCpuMs', 'serverCpuMs', 'walBytes'],
  sameScale: true,
  contenders: ['ours'],
  accepts: ({ group }) => group === 'ours' || group === 'bare',
  variants: (options) =>
    Object.keys(SCHEDULED_AT).flatMap((times) =>
      [false, true].map((held) => ({
        id: `${times} scheduled_at, ${held ? 'held' : 'free'}`,
        held,
        jobs: jobsOr(options, JOBS),
        times,
      })),
    ),
  measure: measureSnapshot,
  comparisons: Object.keys(SCHEDULED_AT).flatMap((times) => [
    {
      metric: 'jobsPerSecond',
      of: { contender: 'ours', variant: `${times} scheduled_at, held` },
      over: { contender: 'ours', variant: `${times} scheduled_at, free` },
      atLeast: 0.6,
    },
    { metric: 'lastFifth', of: { contender: 'ours', variant: `${times} scheduled_at, held` }, atLeast: 0.85 },
  ]),
};

async function measureSnapshot(lab, contender, { held, jobs, times }, { limitSeconds = LIMIT_SECONDS }) {
  /** @type {pg.Client | null} */
  let holder = null;
  const { timeline, ...metrics } = await measureDrain(lab, contender, {
    jobs,
    limitSeconds,
    prefilled: true,
    template: {
      name: `${shortCount(jobs)} ${times}`,
      build: (client) =>
        fillWithoutStatistics(client, () => insertJobs(client, { count: jobs, scheduledAt: SCHEDULED_AT[times] })),
    },
    async beforeStart({ url, client }) {
      await allowAutovacuum(client);
      if (held) holder = await holdSnapshot(url);
    },
  });
  await /** @type {pg.Client | null} */ (holder)?.end().catch(() => undefined);
  return { ...metrics, lastFifth: fifth(timeline, 4) / fifth(timeline, 0) };
}

export async function holdSnapshot(url) {
  const holder = new pg.Client({ connectionString: url });
  // The server closes this connection when the database is dropped.
  holder.on('error', () => undefined);
  await holder.connect();
  await holder.query('begin isolation level repeatable read');
  await holder.query('select count(*) from jobs');
  return holder;
}

/** Jobs per millisecond in one fifth of the jobs. */
function fifth(timeline, index) {
  const total = timeline.at(-1).done;
  const at = (share) => timeline.find(({ done }) => done >= share * total);
  const [from, to] = [at(index / 5), at((index + 1) / 5)];
  return (to.done - from.done) / (to.atMs - from.atMs);
}
