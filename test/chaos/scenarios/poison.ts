import { supervise } from '../lab/supervise.js';
import type { Scenario } from '../scenario.js';

const ATTEMPTS = 3;

export const poison: Scenario = {
  name: 'poison',
  promise: 'A job that kills its process fails after its attempts, alone after the first; no neighbour fails with it',
  faults: { smoke: 3, reduced: 3, full: 15 },
  // Rescued jobs may go down with the next process that the poison kills, before they have started.
  exempt: ['recovery'],
  async run(stage) {
    const { cluster } = stage;
    await supervise(stage, 2);
    const load = await stage.produce({ perSecond: 30, payload: { does: 'hold', ms: 200 } });
    for (let crashes = 0; crashes < stage.faults; crashes += ATTEMPTS) {
      const [id] = await stage.enqueue(1, { does: 'crash' }, { maxAttempts: ATTEMPTS });
      const failed = () => cluster.count(`from jobs where id = $1 and status = 'failed'`, [id]);
      await stage.until('the poison fails', async () => (await failed()) === 1, 120_000);
    }
    await load.stop();
    await stage.drained(60_000);
    const attempts = await cluster.count(`from jobs where payload ->> 'does' = 'crash' and attempts <> ${ATTEMPTS}`);
    stage.check('the poison used its attempts', attempts === 0, `${attempts} did not`);
    await stage.load();
    const crowded = await cluster.count(COMPANY);
    stage.check('alone after its first crash', crowded === 0, `${crowded} jobs beside it`);
  },
};

/** Jobs that ran in the process of a poison job's second or later start, at that moment. */
const COMPANY = `
  from chaos_events as p
  join jobs as j on j.id = p.job_id and j.payload ->> 'does' = 'crash'
  join chaos_events as n on n.label = p.label and n.kind = 'start' and n.job_id <> p.job_id and n.at_ms <= p.at_ms
  where p.kind = 'start' and p.attempt > 1 and not exists (
    select from chaos_events as e
    where e.job_id = n.job_id and e.label = n.label and e.kind = 'end' and e.at_ms between n.at_ms and p.at_ms
  )`;
