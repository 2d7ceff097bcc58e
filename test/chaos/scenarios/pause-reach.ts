import type { Steer, Steered } from '../child/steer.js';
import type { Child } from '../lab/child.js';
import type { Stage } from '../lab/stage.js';
import type { Scenario } from '../scenario.js';

const PROCESSES = 8;
const SLOTS = 10;
const HOLD_MS = 100;
/** More than the processes start between two pauses. */
const BACKLOG = 3_000;
const LIMIT_MS = 1_000;
/** How long each pause is watched: long enough to see a job that starts too late. */
const WATCHED_MS = 2_000;
/** A process that started a job in so many milliseconds before the pause was busy when it came. */
const BUSY_MS = 1_000;
const STEER_TIMEOUT_MS = 20_000;

interface Pause {
  calledMs: number;
  /** When the queue was resumed. */
  untilMs: number;
  /** Jobs that waited all the time. */
  waiting: number;
}

/** An operator pauses a queue from a process of its own. The journals say when each process started its last job. */
export const pauseReach: Scenario = {
  name: 'pause-reach',
  promise: `A pause reaches ${PROCESSES} busy worker processes within a second`,
  faults: { smoke: 2, reduced: 20, full: 100 },
  async run(stage) {
    await stage.fleet.start(PROCESSES, { jobs: { concurrency: SLOTS } });
    const operator = await stage.fleet.startProducer();
    const pauses: Pause[] = [];
    for (let round = 0; round < stage.faults; round++) pauses.push(await pauseOnce(stage, operator));
    await stage.drained(60_000);
    await stage.load();
    const reached = await lastStarts(stage, pauses);
    stage.inject(
      `pause of ${PROCESSES} busy processes`,
      reached.filter(({ busy }, i) => busy === PROCESSES && pauses[i]!.waiting > 0).length,
    );
    report(
      stage,
      reached.map(({ ms }) => ms),
    );
  },
};

/** At a random moment, so that it meets each worker at another point of its loop. */
async function pauseOnce(stage: Stage, operator: Child): Promise<Pause> {
  const { cluster } = stage;
  const waiting = () => cluster.count(`from jobs where status = 'pending'`);
  const missing = BACKLOG - (await waiting());
  if (missing > 0) await stage.enqueue(missing, { does: 'hold', ms: HOLD_MS });
  const busy = () => cluster.count(`from (select distinct worker_id from jobs where status = 'processing') as w`);
  await stage.until('each process is busy', async () => (await busy()) === PROCESSES, 20_000);
  await stage.pause(stage.plan.whole(0, BUSY_MS));
  const calledMs = await steer(operator, 'pause');
  await stage.pause(WATCHED_MS);
  const left = await waiting();
  return { calledMs, waiting: left, untilMs: await steer(operator, 'resume') };
}

async function steer(operator: Child, verb: Steer['verb']): Promise<number> {
  const answer = operator.nextMessage(STEER_TIMEOUT_MS);
  operator.send({ steer: { verb, queue: 'default' } });
  const first = await answer;
  if (!('message' in first)) throw new Error(`The operator's process ended (${first.exit}).`);
  const { calledMs, error } = (first.message as { steered: Steered }).steered;
  if (error !== undefined) throw new Error(`The operator could not ${verb} the queue: ${error}`);
  return calledMs;
}

/** For each pause, how long after the call the last job started in any process, and how many were busy when it came. */
function lastStarts({ cluster }: Stage, pauses: readonly Pause[]): Promise<{ ms: number; busy: number }[]> {
  return cluster.query(
    `select
       coalesce((
         select max(at_ms) - p.called_ms from chaos_events
         where kind = 'start' and at_ms >= p.called_ms and at_ms < p.until_ms
       ), 0)::int as ms,
       (
         select count(distinct label)::int from chaos_events
         where kind = 'start' and at_ms >= p.called_ms - $3::int and at_ms < p.called_ms
       ) as busy
     from unnest($1::float8[], $2::float8[]) with ordinality as p (called_ms, until_ms, place)
     order by place`,
    [pauses.map(({ calledMs }) => calledMs), pauses.map(({ untilMs }) => untilMs), BUSY_MS],
  );
}

function report(stage: Stage, reachedMs: readonly number[]): void {
  const sorted = reachedMs.toSorted((one, other) => one - other);
  const at = (share: number) => sorted[Math.ceil(share * sorted.length) - 1]!;
  const late = sorted.filter((ms) => ms > LIMIT_MS).length;
  const figures = { p50Ms: at(0.5), p99Ms: at(0.99), maxMs: at(1), overOneSecond: late };
  Object.assign(stage.figures, figures);
  stage.tell(`last start after the pause: ${JSON.stringify(figures)}`);
  stage.check('no job started later than 1 s after the pause', late === 0, `${late} times, ${at(1)} ms at worst`);
}
