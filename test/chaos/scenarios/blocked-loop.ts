import type { Scenario } from '../scenario.js';

/** Well past the 15 s after which others give a silent worker up, well below `lease.eventLoopStallMs`. */
const BLOCK_MS = { smoke: 20_000, reduced: 30_000, full: 60_000 };

export const blockedLoop: Scenario = {
  name: 'blocked-loop',
  promise: 'A handler that blocks the event loop keeps its lease: nothing runs twice',
  faults: { smoke: 1, reduced: 1, full: 3 },
  async run(stage) {
    const ms = BLOCK_MS[stage.options.scale];
    await stage.fleet.start(2, { jobs: { concurrency: 5 } });
    await stage.enqueue(stage.faults, { does: 'block', ms });
    await stage.enqueue(20, { does: 'hold', ms: 500 });
    await stage.until('the blocking handlers end', async () => (await ended(stage)) >= stage.faults, ms * 3 + 30_000);
    stage.inject(`event loop blocked for ${ms / 1_000} s`, stage.faults);
    await stage.drained(60_000);
    const again = await stage.cluster.count(`from jobs where payload ->> 'does' = 'block' and run > 1`);
    stage.check('no blocking job started twice', again === 0, again);
    const dead = await stage.cluster.count('from job_workers where dead_at is not null');
    stage.check('no worker declared dead', dead === 0, dead);
  },
};

/** A blocked process notes nothing, so the end of its handlers is read from the table. */
function ended({ cluster }: Parameters<Scenario['run']>[0]): Promise<number> {
  return cluster.count(`from jobs where payload ->> 'does' = 'block' and status = 'completed'`);
}
