import type { Scenario } from '../scenario.js';

const LOCK_LIMIT_MS = 1_000;

/**
 * What an expanding migration does to workers that know nothing of it. Old and new code are the same here: the schema is
 * what differs, before, while and after it changes.
 */
const EXPANSIONS = [
  'alter table jobs add column chaos_note_%n text',
  `alter table jobs add column chaos_mark_%n int not null default 0`,
  'create index concurrently chaos_index_%n on jobs (shard, created_at)',
  'drop index concurrently chaos_index_%n',
];

export const versionSkew: Scenario = {
  name: 'version-skew',
  promise: 'Workers of before a migration run on beside those of after it; it waits for locks no longer than 1 s',
  faults: { smoke: 4, reduced: 20, full: 80 },
  async run(stage) {
    const { cluster } = stage;
    await stage.fleet.start(2);
    const load = await stage.produce({ perSecond: 200, payload: { does: 'hold', ms: 10 } });
    let slowestMs = 0;
    for (let change = 0; change < stage.faults; change++) {
      await stage.pause(stage.plan.whole(300, 1_000));
      const sql = EXPANSIONS[change % EXPANSIONS.length]!.replace('%n', String(Math.floor(change / EXPANSIONS.length)));
      const startedMs = performance.now();
      await cluster.query(sql);
      if (sql.startsWith('alter')) slowestMs = Math.max(slowestMs, performance.now() - startedMs);
      stage.inject('schema change');
      if (change % EXPANSIONS.length === 1) await stage.fleet.start(1);
    }
    await load.stop();
    await stage.drained(60_000);
    stage.figures.slowestLockMs = Math.round(slowestMs);
    stage.check('waits for a lock at most 1 s', slowestMs <= LOCK_LIMIT_MS, `${slowestMs.toFixed(0)} ms`);
    stage.check('no error for whoever enqueues', load.errors.size === 0, [...load.errors].join('; ') || 'none');
    const again = await cluster.count('from jobs where run <> 1');
    stage.check('each ran once', again === 0, again);
  },
};
