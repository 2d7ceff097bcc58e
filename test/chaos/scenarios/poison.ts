import type { JobsModuleOptions } from '@monstera/jobs';
import { supervise } from '../lab/supervise.js';
import type { Stage } from '../lab/stage.js';
import type { Scenario } from '../scenario.js';

const JOBS: JobsModuleOptions = { concurrency: 100 };
/** What a poison job is claimed with, with as many attempts as it has itself. */
const CROWD = 99;
const CROWD_MS = 2_000;

interface Poison {
  attempts: number;
  /** How late it ends its process. */
  afterMs: number;
}

const POISONS: readonly Poison[] = [
  { attempts: 3, afterMs: 0 },
  { attempts: 5, afterMs: 1_500 },
];

export const poison: Scenario = {
  name: 'poison',
  promise: 'A job that kills its process fails after its attempts, alone among suspects in the end; no neighbour fails',
  faults: { smoke: 3, reduced: 8, full: 16 },
  // Rescued jobs may go down with the next process that the poison kills, before they have started.
  exempt: ['recovery'],
  async run(stage) {
    const { cluster } = stage;
    await supervise(stage, 2, { jobs: JOBS });
    const load = await stage.produce({ perSecond: 30, payload: { does: 'hold', ms: 200 } });
    for (let round = 0, crashes = 0; crashes < stage.faults; round++) {
      const kind = POISONS[round % POISONS.length]!;
      await crashUntilFailed(stage, kind);
      crashes += kind.attempts;
    }
    await load.stop();
    await stage.drained(180_000);
    const attempts = await cluster.count("from jobs where payload ->> 'does' = 'crash' and attempts <> max_attempts");
    stage.check('the poison used its attempts', attempts === 0, `${attempts} did not`);
    await stage.load();
    const crowded = await cluster.count(COMPANY);
    stage.check('alone among suspects at its last attempt', crowded === 0, `${crowded} suspects beside it`);
    stage.figures.processesLost = stage.injected[DIED] ?? 0;
    stage.figures.mostCrashesOfNeighbours = await cluster.count(
      `from generate_series(1, (select max(crashes) from jobs where payload ->> 'does' <> 'crash'))`,
    );
  },
};

const DIED = 'worker ended by its job';

async function crashUntilFailed(stage: Stage, { attempts, afterMs }: Poison): Promise<void> {
  const options = { maxAttempts: attempts };
  const [[id]] = await Promise.all([
    stage.enqueue(1, { does: 'crash', ms: afterMs }, options),
    stage.enqueue(CROWD, { does: 'hold', ms: CROWD_MS }, options),
  ]);
  const failed = () => stage.cluster.count(`from jobs where id = $1 and status = 'failed'`, [id]);
  await stage.until('the poison fails', async () => (await failed()) === 1, 240_000);
  // Another poison is not known to be one before its first crash, which may be the last attempt of a neighbour of this one.
  const suspects = () => stage.cluster.count(`from jobs where crashes > 0 and status in ('pending', 'processing')`);
  await stage.until('its neighbours end', async () => (await suspects()) === 0, 180_000);
}

/** Suspects that ran in the process of a poison job at its last start, at that moment. */
const COMPANY = `
  from chaos_events as p
  join jobs as j on j.id = p.job_id and j.payload ->> 'does' = 'crash'
  join chaos_events as n on n.label = p.label and n.kind = 'start' and n.job_id <> p.job_id and n.at_ms <= p.at_ms
  where p.kind = 'start' and p.attempt = j.max_attempts and n.attempt > 1 and not exists (
    select from chaos_events as e
    where e.job_id = n.job_id and e.label = n.label and e.kind = 'end' and e.at_ms between n.at_ms and p.at_ms
  )`;
