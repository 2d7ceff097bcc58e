import type { Child } from '../lab/child.js';
import type { Stage } from '../lab/stage.js';
import type { Scenario } from '../scenario.js';

const EXIT_LIMIT_MS = 10_000;
/** A claim that was on its way when the signal came may still commit. */
const ON_ITS_WAY_MS = 500;

export const sigterm: Scenario = {
  name: 'sigterm',
  promise:
    'SIGTERM under load burns no attempt: what does not end in time goes back unused, and nothing is left behind',
  faults: { smoke: 2, reduced: 10, full: 200 },
  async run(stage) {
    await stage.fleet.start(3);
    const load = await stage.produce({ perSecond: 200, payload: { does: 'hold', ms: 10 } });
    const long = await stage.produce({ perSecond: 0.5, payload: { does: 'hold', ms: 15_000 } });
    for (let stopped = 0; stopped < stage.faults; stopped++) {
      await stage.pause(stage.plan.whole(200, 1_500));
      await stopOne(stage, stage.plan.pick(stage.fleet.workers));
      stage.tell(`stopped ${stopped + 1} of ${stage.faults}`);
      await stage.fleet.start(1);
    }
    await Promise.all([load.stop(), long.stop()]);
    await stage.drained(90_000);
    const burnt = await stage.cluster.count('from jobs where attempts <> 1');
    stage.check('no attempt burnt', burnt === 0, burnt);
    const kept = stage.figures.leftBehind ?? 0;
    stage.check('no row left behind', kept === 0, kept);
    stage.check('no new claim after the signal', (stage.figures.lateClaims ?? 0) === 0, stage.figures.lateClaims ?? 0);
  },
};

async function stopOne(stage: Stage, worker: Child): Promise<void> {
  const startedMs = performance.now();
  const at = Date.now() + ON_ITS_WAY_MS;
  const exit = await worker.end('SIGTERM');
  const tookMs = performance.now() - startedMs;
  stage.note('stopped', worker.label);
  stage.inject('SIGTERM');
  if (tookMs > EXIT_LIMIT_MS) stage.check('ends within 10 s', false, `${worker.label} took ${tookMs.toFixed(0)} ms`);
  if (exit !== 0 && exit !== 'SIGTERM') stage.check('ends cleanly', false, `${worker.label}: ${exit}`);
  const own = 'join job_workers as w on w.id = worker_id where w.version = $1';
  const left = await stage.cluster.count(`from jobs ${own}`, [worker.label]);
  const late = await stage.cluster.count(
    `from chaos_transitions ${own} and became = 'processing' and at > to_timestamp($2 / 1000.0)`,
    [worker.label, at],
  );
  stage.figures.leftBehind = (stage.figures.leftBehind ?? 0) + left;
  stage.figures.lateClaims = (stage.figures.lateClaims ?? 0) + late;
}
