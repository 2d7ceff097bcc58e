import type { Scenario } from '../scenario.js';

const OUTAGE_MS = 60_000;
const JOBS = 100;

export const outage: Scenario = {
  name: 'outage',
  promise: 'A minute without database under 100 long jobs burns no attempt, runs none twice at once, kills no worker',
  faults: { smoke: 1, reduced: 1, full: 2 },
  async run(stage) {
    const { cluster, fleet, faults } = stage;
    await fleet.start(2, { jobs: { concurrency: JOBS / 2 } });
    for (let outages = 0; outages < faults; outages++) {
      const before = await stage.noted('start');
      await stage.enqueue(JOBS, { does: 'hold', ms: 25_000 });
      await stage.until('the jobs start', async () => (await stage.noted('start')) === before + JOBS, 20_000);
      await cluster.crash();
      stage.tell('database down for 60 s');
      await stage.pause(OUTAGE_MS);
      await cluster.start();
      stage.inject('outage of 60 s');
      await stage.drained(90_000);
    }
    const burnt = await cluster.count('from jobs where attempts <> 1');
    stage.check('no attempt burnt', burnt === 0, burnt);
    const dead = await cluster.count('from job_workers where dead_at is not null');
    stage.check('no worker declared dead', dead === 0, dead);
    const aborted = await stage.noted('signal', { detail: 'lease-lost' });
    stage.check('the workers fenced themselves', aborted > 0, `${aborted} signals`);
  },
};
