import type { Scenario } from '../scenario.js';

const BATCH = 500;

export const unstorable: Scenario = {
  name: 'unstorable',
  promise: 'A result or an error that cannot be stored concerns its own job, and none of the 500 of its batch',
  faults: { smoke: 2, reduced: 2, full: 20 },
  async run(stage) {
    const { cluster } = stage;
    await stage.fleet.start(1, { jobs: { concurrency: BATCH } });
    for (let round = 0; round < stage.faults; round += 2) {
      const bad = [
        ...(await stage.enqueue(1, { does: 'unstorable' }, { maxAttempts: 1, delayMs: 1_000 })),
        ...(await stage.enqueue(1, { does: 'nulError' }, { maxAttempts: 1, delayMs: 1_000 })),
      ];
      await stage.enqueue(BATCH - bad.length, {}, { delayMs: 1_000 });
      // Due at one moment, so that one claim takes all of them and their outcomes are written together.
      await cluster.query(`update jobs set scheduled_at = now() + interval '1 second' where status = 'pending'`);
      await stage.drained(30_000);
      const noted = await cluster.count(
        `from jobs where id = any ($1) and error is not null
         and status = case payload ->> 'does' when 'unstorable' then 'completed' else 'failed' end`,
        [bad],
      );
      stage.inject('unstorable outcome', noted);
    }
    const others = await cluster.count(`from jobs where payload ->> 'does' is null and status = 'completed'`);
    const expected = ((BATCH - 2) * stage.faults) / 2;
    stage.check('every other job of the batch completed', others === expected, `${others} of ${expected}`);
    const burnt = await cluster.count('from jobs where run <> 1');
    stage.check('each ran once', burnt === 0, burnt);
  },
};
