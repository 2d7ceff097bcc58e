import type { JobsModuleOptions } from '@monstera/jobs';
import type { Child } from '../lab/child.js';
import type { StartOptions } from '../lab/fleet.js';
import type { Stage } from '../lab/stage.js';
import type { Scenario } from '../scenario.js';

const WORKERS = 5;
const JOBS_PER_SECOND = 600;
/** The promise speaks of 500 jobs a second; what the producer could not enqueue on a busy machine is not tested. */
const REQUIRED_PER_SECOND = 500;
const WORK_TIMEOUT_MS = 10_000;
/** A smoke run has no time to wait for the death of a worker with the default lease. */
const SHORT_LEASE = { renewMs: 500, fenceAfterMs: 1_500, deadAfterMs: 2_500 };

export const kill: Scenario = {
  name: 'kill',
  promise: 'Workers killed at random lose no job, and none of theirs waits longer than 25 s (p99)',
  faults: { smoke: 2, reduced: 15, full: 200 },
  async run(stage) {
    const jobs = jobsOptions(stage);
    await stage.fleet.start(WORKERS, { jobs });
    const load = await stage.produce({ perSecond: JOBS_PER_SECOND, payload: { does: 'hold', ms: 30 } });
    await stage.pause(1_000);
    await killOneByOne(stage, { jobs });
    const { perSecond } = load;
    await load.stop();
    await stage.drained(60_000);
    stage.figures.jobsPerSecond = Math.round(perSecond);
    // A smoke run stands beside other tests, on a machine that may be anything.
    const required = stage.options.scale === 'smoke' ? 0 : REQUIRED_PER_SECOND;
    stage.check(`at least ${required} jobs a second`, perSecond >= required, perSecond.toFixed(0));
  },
};

function jobsOptions({ options }: Stage): JobsModuleOptions {
  return options.scale === 'smoke' ? { lease: SHORT_LEASE } : {};
}

/**
 * Kills one worker after the other; each is replaced at once, as a supervisor would. The first is spared: noticing a
 * death takes somebody who lives for 15 s, and with a kill every few seconds nobody else would.
 */
export async function killOneByOne(stage: Stage, options: StartOptions = {}): Promise<void> {
  for (let killed = 0; killed < stage.faults; killed++) {
    const victim = stage.plan.pick(stage.fleet.workers.slice(1));
    await stage.until(`${victim.label} has work`, () => hasWork(stage, victim), WORK_TIMEOUT_MS);
    await stage.kill(victim);
    stage.tell(`killed ${killed + 1} of ${stage.faults}`);
    await Promise.all([stage.fleet.start(1, options), stage.pause(stage.plan.whole(500, 3_000))]);
  }
}

/** A worker that is killed without a job takes nothing along, and proves nothing. */
async function hasWork({ cluster }: Stage, { label }: Child): Promise<boolean> {
  const rows = await cluster.query(
    `select from jobs as j join job_workers as w on w.id = j.worker_id
     where j.shard = 0 and j.status = 'processing' and w.version = $1 limit 1`,
    [label],
  );
  return rows.length > 0;
}
