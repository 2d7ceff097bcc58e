import pg from 'pg';
import type { Stage } from '../lab/stage.js';
import type { Scenario } from '../scenario.js';

const STARVED_MS = 12_000;

export const connections: Scenario = {
  name: 'connections',
  promise: 'A database without a free connection stops no process for good and costs no job anything',
  faults: { smoke: 1, reduced: 2, full: 10 },
  settings: ['max_connections=40', 'superuser_reserved_connections=0'],
  async run(stage) {
    const { cluster } = stage;
    await stage.fleet.start(2);
    const load = await stage.produce({ perSecond: 20, payload: { does: 'hold', ms: 50 } });
    await stage.pause(2_000);
    const before = await backends(stage);
    for (let starved = 0; starved < stage.faults; starved++) {
      await starve(stage);
      const claims = `from chaos_transitions where became = 'processing' and at > now() - interval '1 second'`;
      await stage.until('jobs run on', async () => (await cluster.count(claims)) > 0, 30_000);
    }
    await load.stop();
    await stage.drained(60_000);
    const after = await backends(stage);
    stage.check('as many connections as before', after <= before, `${before} before, ${after} after`);
  },
};

/** Takes every free connection, ends those of the workers, and takes these too. */
async function starve(stage: Stage): Promise<void> {
  const thieves: pg.Client[] = [];
  const endMs = performance.now() + STARVED_MS;
  let refused = 0;
  await stage.cluster.query('select 1');
  while (performance.now() < endMs) {
    const thief = new pg.Client({ connectionString: stage.cluster.url, application_name: 'chaos_thief' });
    thief.on('error', () => undefined);
    const taken = await thief.connect().then(
      () => true,
      () => false,
    );
    if (taken) thieves.push(thief);
    else if (refused++ === 0) await dropOthers(stage);
    else await stage.pause(50);
  }
  if (refused > 0) stage.inject('no connection left');
  await Promise.all(thieves.map((thief) => thief.end().catch(() => undefined)));
}

/** The harness's own pool keeps the connection that it uses for this. */
function dropOthers({ cluster }: Stage): Promise<unknown> {
  return cluster.query(
    `select pg_terminate_backend(pid) from pg_stat_activity
     where backend_type = 'client backend' and application_name <> 'chaos_thief' and pid <> pg_backend_pid()`,
  );
}

function backends({ cluster }: Stage): Promise<number> {
  return cluster.count(
    `from pg_stat_activity where backend_type = 'client backend' and application_name <> 'chaos_harness'`,
  );
}
