import pg from 'pg';
import type { Scenario } from '../scenario.js';

const CLIENTS = 64;

export const unique: Scenario = {
  name: 'unique',
  promise: '64 clients that enqueue the same key at once make one job; once it has ended, one more',
  faults: { smoke: 3, reduced: 30, full: 200 },
  async run(stage) {
    const { cluster } = stage;
    await stage.fleet.start(2);
    const clients = Array.from({ length: CLIENTS }, () => new pg.Client({ connectionString: cluster.url }));
    await Promise.all(clients.map((client) => client.connect()));
    stage.onClose(() => Promise.all(clients.map((client) => client.end().catch(() => undefined))));
    for (let race = 0; race < stage.faults; race++) {
      const options = JSON.stringify({ unique_key: `race${race % 5}` });
      const payload = JSON.stringify({ does: 'hold', ms: 400 });
      const answers = await Promise.all(
        clients.map((client) =>
          client.query<{ id: string }>(`select jobs_enqueue('ledger', $1, $2) as id`, [payload, options]),
        ),
      );
      const ids = new Set(answers.map(({ rows }) => rows[0]!.id));
      stage.acknowledge(ids);
      stage.inject('race of 64');
      if (ids.size > 1) stage.check('one job a key', false, `${ids.size} jobs`);
      await stage.drained(20_000);
    }
    const jobs = await cluster.count('from jobs');
    stage.check('one job a race', jobs === stage.faults, jobs);
  },
};
