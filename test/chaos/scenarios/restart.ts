import type { Stage } from '../lab/stage.js';
import type { Scenario } from '../scenario.js';

const WORKERS = 3;
const RESUME_LIMIT_MS = 5_000;

export const restart: Scenario = {
  name: 'restart',
  promise: 'The database crashes and restarts: nothing lost or doubled, claims resume within 5 s, no process exits',
  faults: { smoke: 1, reduced: 10, full: 50 },
  async run(stage) {
    await stage.fleet.start(WORKERS);
    const load = await stage.produce({ perSecond: 200, payload: { does: 'hold', ms: 5 } });
    const resumed: number[] = [];
    for (let restarts = 0; restarts < stage.faults; restarts++) {
      await stage.pause(stage.plan.whole(1_500, 5_000));
      resumed.push(await restartOnce(stage));
      stage.tell(`restarted ${restarts + 1} of ${stage.faults}, claims after ${resumed.at(-1)} ms`);
    }
    await load.stop();
    await stage.drained(60_000);
    stage.figures.slowestResumeMs = Math.max(...resumed);
    const slow = resumed.filter((ms) => ms > RESUME_LIMIT_MS).length;
    stage.check('claims resume within 5 s', slow === 0, `${Math.max(...resumed)} ms at worst`);
  },
};

/** Answers how long after the server took connections again the first claim came, by the database's own clock. */
async function restartOnce(stage: Stage): Promise<number> {
  const { cluster } = stage;
  await cluster.crash();
  await cluster.start();
  stage.inject('immediate restart');
  const [{ at }] = (await cluster.query<{ at: string }>('select now()::text as at')) as [{ at: string }];
  const claims = `from chaos_transitions where became = 'processing' and at > $1::timestamptz`;
  await stage.until('claims resume', async () => (await cluster.count(claims, [at])) > 0, 30_000);
  const [first] = await cluster.query<{ ms: number }>(
    `select (extract(epoch from min(at) - $1::timestamptz) * 1000)::int as ms ${claims}`,
    [at],
  );
  return first?.ms ?? Number.POSITIVE_INFINITY;
}
