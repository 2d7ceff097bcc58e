import type { JobsModuleOptions } from '@monstera/jobs';
import type { Stage } from '../lab/stage.js';
import type { Scenario } from '../scenario.js';

interface Size {
  jobs: JobsModuleOptions;
  slots: number;
  ms: number;
  others: number;
  seconds: number;
}

const LARGE: Size = { jobs: { concurrency: 100 }, slots: 100, ms: 2_000, others: 20_000, seconds: 60 };
/** A smoke run has no time to wait for the death of a worker with the default lease. */
const SMALL: Size = {
  jobs: { concurrency: 20, lease: { renewMs: 500, fenceAfterMs: 1_500, deadAfterMs: 2_500 } },
  slots: 20,
  ms: 500,
  others: 2_000,
  seconds: 10,
};
const SHARE_OF_OTHERS = 0.7;

export const crashPrice: Scenario = {
  name: 'crash-price',
  promise: 'A crash costs what it cost: its jobs run again soon, and all others go on beside them',
  faults: { smoke: 1, reduced: 1, full: 3 },
  // Suspects start in groups beside the others; how soon all have run is checked instead.
  exempt: ['recovery'],
  async run(stage) {
    const size = stage.options.scale === 'smoke' ? SMALL : LARGE;
    for (let crash = 0; crash < stage.faults; crash++) await crashOnce(stage, size);
  },
};

/** One peer dies with all its slots full; the other worker takes over, and other jobs fall due right behind those. */
async function crashOnce(stage: Stage, { jobs, slots, ms, others, seconds }: Size): Promise<void> {
  const { cluster, fleet } = stage;
  const [victim] = await fleet.start(1, { jobs });
  const held = await stage.enqueue(slots, { does: 'hold', ms });
  const processing = () => cluster.count(`from jobs where status = 'processing'`);
  await stage.until('the victim holds them all', async () => (await processing()) === slots, 10_000);
  await stage.kill(victim!);
  const [survivor] = await fleet.start(1, { jobs });
  const rescued = () => cluster.count('from jobs where crashes > 0 and id = any ($1)', [held]);
  await stage.until('their rescue', async () => (await rescued()) === slots, 40_000);
  const behind = await stage.enqueue(others, { does: 'hold', ms });
  const completed = (ids: string[]) => cluster.count(`from jobs where status = 'completed' and id = any ($1)`, [ids]);
  await stage.pause(seconds * 1_000);
  const [again, ofOthers] = [await completed(held), await completed(behind)];
  const capacity = Math.floor((slots * seconds * 1_000) / ms);
  stage.figures.rescuedRanAgain = again;
  stage.figures.othersRan = ofOthers;
  stage.figures.capacity = capacity;
  stage.check(`all ${slots} rescued ran again within ${seconds} s`, again === slots, again);
  const share = ofOthers / capacity;
  stage.check(`others had at least 70 % of the capacity`, share >= SHARE_OF_OTHERS, `${(share * 100).toFixed(0)} %`);
  await cluster.query(`update jobs set status = 'cancelled', completed_at = now() where status = 'pending'`);
  await stage.drained(30_000);
  await stage.retire(survivor!, 'SIGTERM');
}
