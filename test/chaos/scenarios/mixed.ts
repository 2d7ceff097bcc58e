import type { Load } from '../lab/load.js';
import type { Stage } from '../lab/stage.js';
import type { Scenario } from '../scenario.js';

const RETENTION = { completedMs: 5_000, failedMs: 5_000, pruneEveryMs: 1_000 };
const ROUND_MS = 5_000;

/** Claims, outcomes, cancellations, unique keys, pruning, rescue and shutdown at the same time, in rounds with a kill each. */
export const mixed: Scenario = {
  name: 'mixed',
  promise: 'Everything at once: no deadlock, no error for whoever enqueues, connections and memory as before',
  faults: { smoke: 1, reduced: 8, full: 120 },
  run: mix,
};

export const soak: Scenario = {
  name: 'soak',
  promise: 'The same for half an hour',
  faults: { smoke: 1, reduced: 330, full: 330 },
  run: mix,
};

async function mix(stage: Stage): Promise<void> {
  const jobs = { retention: RETENTION };
  await stage.fleet.start(3, { jobs });
  const loads = await startLoads(stage);
  await stage.pause(ROUND_MS);
  const before = await usage(stage);
  for (let round = 0; round < stage.faults; round++) {
    const victim = stage.plan.pick(stage.fleet.workers.slice(1));
    if (round % 2 === 0) await stage.kill(victim);
    else await stop(stage, victim);
    await stage.fleet.start(1, { jobs });
    await stage.pause(ROUND_MS);
    stage.tell(`round ${round + 1} of ${stage.faults}`);
  }
  const after = await usage(stage);
  await Promise.all(loads.map((load) => load.stop()));
  await stage.drained(90_000);
  judgeUsage(stage, before, after);
  const errors = loads.flatMap((load) => [...load.errors]);
  stage.check('no error for whoever enqueues', errors.length === 0, errors.join('; ') || 'none');
}

function startLoads(stage: Stage): Promise<Load[]> {
  return Promise.all([
    stage.produce({ perSecond: 100, payload: {} }),
    stage.produce({ perSecond: 30, payload: { does: 'hold', ms: 100 }, cancelled: 0.3 }),
    stage.produce({ perSecond: 20, payload: { does: 'fail' }, options: { maxAttempts: 2 } }),
    stage.produce({ perSecond: 20, payload: { does: 'hold', ms: 20 }, options: { uniqueKey: 'one at a time' } }),
  ]);
}

async function stop(stage: Stage, worker: Parameters<Stage['kill']>[0]): Promise<void> {
  await stage.retire(worker, 'SIGTERM');
  stage.inject('SIGTERM');
}

interface Usage {
  connections: number;
  rssMiB: number;
}

/** Of the database, and of the worker that is never ended. */
async function usage({ cluster, fleet }: Stage): Promise<Usage> {
  const connections = await cluster.count(
    `from pg_stat_activity where backend_type = 'client backend' and application_name <> 'chaos_harness'`,
  );
  return { connections, rssMiB: await fleet.workers[0]!.rssMiB() };
}

function judgeUsage(stage: Stage, before: Usage, after: Usage): void {
  Object.assign(stage.figures, { rssBeforeMiB: before.rssMiB, rssAfterMiB: after.rssMiB });
  stage.figures.connections = after.connections;
  // A pool opens its connections as they are needed: three workers and four producers have not all theirs at once.
  stage.check(
    'connections stay',
    after.connections <= MOST_CONNECTIONS,
    `${before.connections}, then ${after.connections}`,
  );
  const grown = after.rssMiB - before.rssMiB;
  stage.check('memory stays', grown <= MOST_GROWTH_MIB, `${before.rssMiB} MiB, then ${after.rssMiB} MiB`);
}

/** Seven processes with four connections for the host, and five more for each worker's queue. */
const MOST_CONNECTIONS = 7 * 4 + 3 * 5;
/** V8 lets garbage lie for a while. */
const MOST_GROWTH_MIB = 80;
