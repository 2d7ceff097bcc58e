import type { Scenario } from '../scenario.js';

/** Due together, in thousands. */
export const herd: Scenario = {
  name: 'herd',
  promise: 'Every job falls due in the same second: each runs once, and nothing stands still',
  faults: { smoke: 1, reduced: 20, full: 100 },
  async run(stage) {
    const { cluster } = stage;
    await stage.fleet.start(4, { jobs: { concurrency: 50 } });
    await stage.enqueue(stage.faults * 1_000, {}, { delayMs: 5_000 });
    const seconds = await cluster.count('from (select distinct scheduled_at from jobs) as due');
    if (seconds === 1) stage.inject('thousand jobs due at once', stage.faults);
    const tookMs = await stage.until('all end', async () => (await left()) === 0, 10_000 + stage.faults * 2_000);
    stage.figures.jobsPerSecond = Math.round((stage.faults * 1_000) / (tookMs / 1_000));
    const again = await cluster.count('from jobs where run <> 1');
    stage.check('each ran once', again === 0, again);

    function left(): Promise<number> {
      return cluster.count(`from jobs where status in ('pending', 'processing')`);
    }
  },
};
