import type { Stage } from '../lab/stage.js';
import type { Scenario } from '../scenario.js';

const RETENTION = { completedMs: 10_000, failedMs: 10_000, pruneEveryMs: 1_000 };
const THOUSAND = 1_000;
/** Not more at once than workers get done: what has to stay small is the table, not the backlog. */
const BACKLOG = 20_000;

export const churn: Scenario = {
  name: 'churn',
  promise: 'Jobs by the hundred thousand pass through, and table and due index stay the size they soon have (≤ 3×)',
  faults: { smoke: 2, reduced: 100, full: 1_000 },
  async run(stage) {
    await stage.fleet.start(3, { jobs: { concurrency: 50, retention: RETENTION } });
    let early: Sizes | null = null;
    for (let thousands = 0; thousands < stage.faults; thousands++) {
      await stage.until('the backlog shrinks', async () => (await pending(stage)) < BACKLOG, 120_000);
      await stage.enqueue(THOUSAND, {});
      stage.inject('thousand jobs churned');
      if (thousands === Math.floor(stage.faults / 10)) early = await sizes(stage);
    }
    await stage.drained(240_000);
    const late = await sizes(stage);
    Object.assign(stage.figures, { dueIndexBytes: late.due, tableBytes: late.jobs });
    for (const part of ['due', 'jobs'] as const)
      stage.check(
        `${part}: at most 3 times its size at a tenth`,
        late[part] <= 3 * early![part] + SLACK_BYTES,
        describe(early!, late, part),
      );
    const left = () => stage.cluster.count('from jobs');
    await stage.until('pruning keeps up', async () => (await left()) === 0, 60_000);
  },
};

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

function describe(early: Sizes, late: Sizes, part: keyof Sizes): string {
  return `${(early[part] / 2 ** 20).toFixed(1)} MiB, then ${(late[part] / 2 ** 20).toFixed(1)} MiB`;
}
