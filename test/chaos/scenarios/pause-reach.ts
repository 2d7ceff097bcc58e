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
const RANDOM_MS = 1_000;
const STEER_TIMEOUT_MS = 20_000;
/** Jobs that were handed back lie behind the marks of claims. On a machine that is overloaded, a slow search finds them. */
const DRAIN_MS = 180_000;

interface Pause {
  /** How many processes had most of their slots full just before. */
  busy: number;
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
    await stage.drained(DRAIN_MS);
    await stage.load();
    const proven = pauses.filter(({ busy, waiting }) => busy === PROCESSES && waiting > 0);
    stage.inject(`pause of ${PROCESSES} busy processes`, proven.length);
    report(stage, await lastStarts(stage, pauses));
  },
};

/** At a random moment, so that it meets each worker at another point of its loop. */
async function pauseOnce(stage: Stage, operator: Child): Promise<Pause> {
  const { cluster } = stage;
  const waiting = () => cluster.count(`from jobs where status = 'pending'`);
  const missing = BACKLOG - (await waiting());
  if (missing > 0) await stage.enqueue(missing, { does: 'hold', ms: HOLD_MS });
  await stage.pause(stage.plan.whole(0, RANDOM_MS));
  let busy = 0;
  await stage.until('each process is busy', async () => (busy = await busyIn(stage)) === PROCESSES, 20_000);
  const calledMs = await steer(operator, 'pause');
  await stage.pause(WATCHED_MS);
  const left = await waiting();
  return { busy, calledMs, waiting: left, untilMs: await steer(operator, 'resume') };
}

function busyIn({ cluster }: Stage): Promise<number> {
  return cluster.count(
    `from (
       select worker_id from jobs where status = 'processing' group by worker_id having count(*) > ${SLOTS / 2}
     ) as busy`,
  );
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

/** For each pause, how many milliseconds after the call the last job started in any process. */
async function lastStarts({ cluster }: Stage, pauses: readonly Pause[]): Promise<number[]> {
  const rows = await cluster.query<{ ms: number }>(
    `select coalesce((
       select max(at_ms) - p.called_ms from chaos_events
       where kind = 'start' and at_ms >= p.called_ms and at_ms < p.until_ms
     ), 0)::int as ms
     from unnest($1::float8[], $2::float8[]) as p (called_ms, until_ms)`,
    [pauses.map(({ calledMs }) => calledMs), pauses.map(({ untilMs }) => untilMs)],
  );
  return rows.map(({ ms }) => ms);
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
