import type { Stage } from '../lab/stage.js';
import type { Scenario } from '../scenario.js';

const RETENTION = { completedMs: 10_000, failedMs: 10_000, pruneEveryMs: 1_000 };
const THOUSAND = 1_000;
/** Not more waiting than workers get done in a moment: what has to stay small is the table, not the backlog. */
const BACKLOG = 2_000;
/** An even pace: the table holds what ten seconds bring, so a machine that gets faster half-way would let it grow. */
const PACE_MS = 250;

export const churn: Scenario = {
  name: 'churn',
  promise: 'Jobs by the hundred thousand pass through; due index and table stay about the size that they soon have',
  faults: { smoke: 2, reduced: 100, full: 1_000 },
  // The reduced run takes half a minute: autovacuum, which looks every minute else, has to come before its first tenth is over.
  settings: ['autovacuum_naptime=1s'],
  async run(stage) {
    await stage.fleet.start(3, { jobs: { concurrency: 50, retention: RETENTION, pollIntervalMs: PACE_MS } });
    const seen: Sizes[] = [];
    for (let thousands = 0; thousands < stage.faults; thousands++) {
      await stage.until('the backlog shrinks', async () => (await pending(stage)) < BACKLOG, 120_000);
      await stage.pause(PACE_MS);
      await stage.enqueue(THOUSAND, {});
      stage.inject('thousand jobs churned');
      seen.push(await sizes(stage));
    }
    await stage.drained(60_000);
    compare(stage, seen, await sizes(stage));
    const left = () => stage.cluster.count('from jobs');
    await stage.until('pruning keeps up', async () => (await left()) === 0, 60_000);
  },
};

/** The due index grows with the backlog, which is there at once; the table until the first jobs are old enough to go. */
function compare(stage: Stage, seen: readonly Sizes[], late: Sizes): void {
  const [tenth, half] = [seen[Math.floor(seen.length / 10)]!, seen[Math.floor(seen.length / 2)]!];
  Object.assign(stage.figures, { dueIndexBytes: late.due, tableBytes: late.jobs });
  const grown = (early: number, now: number) =>
    `${(early / 2 ** 20).toFixed(1)} MiB, then ${(now / 2 ** 20).toFixed(1)} MiB`;
  const due = late.due <= 3 * tenth.due + SLACK_BYTES;
  stage.check('the due index is at most 3 times as large as at a tenth', due, grown(tenth.due, late.due));
  const table = late.jobs <= 2 * half.jobs + SLACK_BYTES;
  stage.check('the table is at most twice as large as half-way', table, grown(half.jobs, late.jobs));
}

/** A table that small says nothing about growth. */
const SLACK_BYTES = 2 ** 22;

interface Sizes {
  due: number;
  jobs: number;
}

async function sizes({ cluster }: Stage): Promise<Sizes> {
  const [row] = await cluster.query<{ due: number; jobs: number }>(
    `select pg_relation_size('jobs_due')::float8 as due, pg_relation_size('jobs')::float8 as jobs`,
  );
  return row!;
}

function pending({ cluster }: Stage): Promise<number> {
  return cluster.count(`from jobs where status = 'pending'`);
}
