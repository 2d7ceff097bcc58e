import type { Scenario } from '../scenario.js';

const REVOKED_MS = 8_000;
const TABLES = 'all tables in schema public';

export const grants: Scenario = {
  name: 'grants',
  promise: 'A role that loses its grants ends no process, and runs on once it has them again',
  faults: { smoke: 1, reduced: 2, full: 10 },
  async run(stage) {
    const { cluster } = stage;
    const [user, password] = ['chaos_app', 'chaos'];
    await cluster.query(`create role ${user} login password '${password}'`);
    const give = () => cluster.query(`grant select, insert, update, delete on ${TABLES} to ${user}`);
    await cluster.query(`grant usage on all sequences in schema public to ${user}`);
    await give();
    const url = cluster.urlAt(cluster.port, { user, password });
    await stage.fleet.start(2, { url });
    const load = await stage.produce({ perSecond: 20, payload: { does: 'hold', ms: 50 } });
    for (let revoked = 0; revoked < stage.faults; revoked++) {
      await stage.pause(2_000);
      await cluster.query(`revoke update, insert on jobs, job_workers, job_failures from ${user}`);
      await stage.pause(REVOKED_MS);
      const claims = `from chaos_transitions where became = 'processing' and at > now() - interval '3 seconds'`;
      if ((await cluster.count(claims)) === 0) stage.inject('grants revoked');
      await give();
      await stage.until('jobs run on', async () => (await cluster.count(claims)) > 0, 30_000);
    }
    await load.stop();
    await stage.drained(60_000);
  },
};
