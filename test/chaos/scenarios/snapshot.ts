import pg from 'pg';
import type { Stage } from '../lab/stage.js';
import type { Scenario } from '../scenario.js';

/** Minutes for which the snapshot is held are the scenario's faults. */
const MINUTE_MS = 60_000;
const BASELINE_MS = 15_000;
/** Below this, noise is larger than what is measured. */
const FLOOR_MS = 100;

export const snapshot: Scenario = {
  name: 'snapshot',
  promise: 'A transaction that holds an old snapshot for minutes leaves jobs starting as soon as before (p99 ≤ 3×)',
  faults: { smoke: 0.1, reduced: 1, full: 10 },
  async run(stage) {
    await stage.fleet.start(3);
    const load = await stage.produce({ perSecond: 300, payload: {} });
    await stage.pause(BASELINE_MS);
    const stranger = new pg.Client({ connectionString: stage.cluster.url });
    await stranger.connect();
    stage.onClose(() => stranger.end().catch(() => undefined));
    await stranger.query('begin isolation level repeatable read');
    await stranger.query('select count(*) from jobs');
    const heldFrom = Date.now();
    await stage.pause(stage.faults * MINUTE_MS);
    const held = `from pg_stat_activity where backend_xmin is not null and state = 'idle in transaction'`;
    stage.inject('minute of a held snapshot', (await stage.cluster.count(held)) > 0 ? stage.faults : 0);
    const heldTo = Date.now();
    await load.stop();
    await stranger.query('commit');
    await stage.drained(60_000);
    await compare(stage, heldFrom, heldTo);
  },
};

async function compare(stage: Stage, fromMs: number, toMs: number): Promise<void> {
  await stage.load();
  const before = await p99(stage, fromMs - BASELINE_MS + 5_000, fromMs);
  // The last part of the time is when it is at its worst.
  const during = await p99(stage, toMs - (toMs - fromMs) / 3, toMs);
  Object.assign(stage.figures, { p99BeforeMs: before, p99DuringMs: during });
  stage.check(
    'p99 at most 3 times what it was',
    during <= Math.max(3 * before, FLOOR_MS),
    `${during} ms, ${before} before`,
  );
}

/** From a job's due time to its start. */
async function p99({ cluster }: Stage, fromMs: number, toMs: number): Promise<number> {
  const [row] = await cluster.query<{ ms: number }>(
    `select percentile_disc(0.99) within group (
       order by (e.at_ms - extract(epoch from j.scheduled_at) * 1000)::int
     ) as ms
     from chaos_events as e join jobs as j on j.id = e.job_id
     where e.kind = 'start' and e.at_ms between $1 and $2`,
    [fromMs, toMs],
  );
  return row!.ms;
}
