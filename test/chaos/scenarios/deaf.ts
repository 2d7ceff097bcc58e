import type { Stage } from '../lab/stage.js';
import type { Scenario } from '../scenario.js';

const POLL_MS = 5_000;
/** Beyond the poll: for the claim itself, and for a machine that has other things to do. */
const TOLERANCE_MS = 500;

export const deaf: Scenario = {
  name: 'deaf',
  promise: 'With LISTEN killed every second, every job still starts within the poll interval',
  faults: { smoke: 3, reduced: 20, full: 120 },
  async run(stage) {
    const { cluster } = stage;
    await stage.fleet.start(2);
    const load = await stage.produce({ perSecond: 2, payload: {} });
    for (let round = 0; round < stage.faults; round++) {
      await stage.pause(1_000);
      stage.inject('LISTEN killed', await killListeners(stage));
    }
    await load.stop();
    await stage.drained(30_000);
    await stage.load();
    const [slowest] = await cluster.query<{ ms: number }>(
      `select max(e.at_ms - extract(epoch from j.scheduled_at) * 1000)::int as ms
       from chaos_events as e join jobs as j on j.id = e.job_id where e.kind = 'start'`,
    );
    stage.figures.slowestStartMs = slowest!.ms;
    stage.check('started within 5.5 s', slowest!.ms <= POLL_MS + TOLERANCE_MS, `${slowest!.ms} ms at worst`);
  },
};

async function killListeners({ cluster }: Stage): Promise<number> {
  return cluster.count(
    `from pg_stat_activity, lateral pg_terminate_backend(pid) as killed
     where application_name like '% listen' and state = 'idle' and killed`,
  );
}
