import type { Scenario } from '../scenario.js';

const ATTEMPTS = 3;

export const allFailing: Scenario = {
  name: 'all-failing',
  promise: 'When every job fails, each uses exactly its attempts, with each failure recorded, and no process suffers',
  faults: { smoke: 100, reduced: 3_000, full: 30_000 },
  async run(stage) {
    const { cluster, faults } = stage;
    await stage.fleet.start(3);
    await stage.enqueue(faults, { does: 'fail' }, { maxAttempts: ATTEMPTS });
    await stage.drained(60_000 + faults * 20);
    stage.inject('failing job', await cluster.count(`from jobs where status = 'failed'`));
    const wrong = await cluster.count(`from jobs where attempts <> ${ATTEMPTS} or run <> ${ATTEMPTS}`);
    stage.check(`each tried ${ATTEMPTS} times`, wrong === 0, wrong);
    const failures = await cluster.count('from job_failures');
    stage.check('each failure recorded', failures === ATTEMPTS * faults, `${failures} of ${ATTEMPTS * faults}`);
  },
};
