import pg from 'pg';
import type { Scenario } from '../scenario.js';

const BATCH = 50;
const LIMIT_MS = 5_000;

export const lockedRow: Scenario = {
  name: 'locked-row',
  promise: 'A row that somebody’s open transaction locks keeps no other job of its batch from being settled',
  faults: { smoke: 1, reduced: 3, full: 20 },
  async run(stage) {
    const { cluster } = stage;
    await stage.fleet.start(1, { jobs: { concurrency: BATCH } });
    const stranger = new pg.Client({ connectionString: cluster.url });
    await stranger.connect();
    stage.onClose(() => stranger.end().catch(() => undefined));
    for (let locked = 0; locked < stage.faults; locked++) {
      const [id] = await stage.enqueue(BATCH, { does: 'hold', ms: 1_000 });
      const running = () => cluster.count(`from jobs where status = 'processing'`);
      await stage.until('the batch runs', async () => (await running()) === BATCH, 10_000);
      await stranger.query('begin');
      const { rowCount } = await stranger.query('select from jobs where shard = 0 and id = $1 for update', [id]);
      stage.inject('locked row', rowCount ?? 0);
      await stage.until('the others of the batch are settled', async () => (await running()) <= 1, 1_000 + LIMIT_MS);
      await stage.enqueue(BATCH, {});
      const pending = () => cluster.count(`from jobs where status = 'pending'`);
      await stage.until('other jobs run on', async () => (await pending()) === 0 && (await running()) <= 1, LIMIT_MS);
      await stranger.query('rollback');
      await stage.drained(20_000);
    }
    const again = await cluster.count('from jobs where run > 1');
    stage.check('nothing ran twice', again === 0, again);
  },
};
