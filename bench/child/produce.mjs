import { nowMs, sleep } from '../lab/clock.mjs';
import { LARGE_VALUE } from './large-values.mjs';

const BATCH = 1_000;
const WARM_UP_MS = 300;
const ARRIVAL_TICK_MS = 10;

/** Adds many jobs with the contender's own bulk call. */
export async function load(system, { jobs, payload = {}, batch = BATCH }) {
  for (let from = 0; from < jobs; from += batch) {
    const length = Math.min(batch, jobs - from);
    await system.addMany(Array.from({ length }, (_, k) => ({ i: from + k, ...payload })));
  }
}

/** Adds jobs of one kind of the behaviour `large`. The payload is large too, except for kinds with a large result. */
export async function loadLarge(system, { jobs, kind }) {
  const payload = kind === 'payloads' || kind === 'works' ? { kind, value: LARGE_VALUE } : { kind };
  await load(system, { jobs, payload, batch: 50 });
}

/** Runs concurrent callers for `seconds`. Each enqueues one job after another, as `pattern` says. */
export async function enqueue(system, { pattern, callers, seconds }) {
  const call = patterns[pattern](system);
  await callFor(call, callers, WARM_UP_MS);
  const cpuBefore = process.cpuUsage();
  const startedMs = nowMs();
  const durations = await callFor(call, callers, seconds * 1_000);
  const elapsedMs = nowMs() - startedMs;
  const { user, system: kernel } = process.cpuUsage(cpuBefore);
  const jobs = durations.length * (pattern === 'batch' ? BATCH : 1);
  return { jobs, elapsedMs, cpuMs: (user + kernel) / 1_000, durations };
}

const patterns = {
  single: (system) => (i) => system.add({ i }),
  batch: (system) => (i) => system.addMany(Array.from({ length: BATCH }, (_, k) => ({ i: i * BATCH + k }))),
  transaction: (system) => (i) => system.addInTransaction({ i }),
};

async function callFor(call, callers, ms) {
  const deadline = nowMs() + ms;
  const durations = [];
  let next = 0;
  const caller = async () => {
    for (let askedMs = nowMs(); askedMs < deadline; askedMs = nowMs()) {
      await call(next++);
      durations.push(nowMs() - askedMs);
    }
  };
  await Promise.all(Array.from({ length: callers }, caller));
  return durations;
}

/** Adds the jobs that have arrived since the last tick. Does not wait for a call, because real arrivals do not wait. */
export async function arrive(system, { perSecond, seconds, tickMs = ARRIVAL_TICK_MS, inTurn = false, options }) {
  const startedMs = nowMs();
  const callers = new Callers();
  let sent = 0;
  for (let elapsedMs = 0; elapsedMs < seconds * 1_000; elapsedMs = nowMs() - startedMs) {
    const due = Math.floor((elapsedMs / 1_000) * perSecond) - sent;
    const [from, sentMs] = [sent, nowMs()];
    const jobs = Array.from({ length: Math.max(0, due) }, (_, k) => ({ i: from + k, sentMs }));
    if (inTurn) for (const job of jobs) callers.watch(system.addInTurn(job));
    else if (due > 0) callers.watch(system.addMany(jobs, options));
    sent += due;
    await sleep(tickMs);
  }
  await callers.allAnswered();
  return sent;
}

/**
 * Calls that are not awaited one by one. Their answers are not kept, because garbage collection in the producer would
 * distort the measurement.
 */
class Callers {
  #waiting = 0;
  #failure;

  watch(call) {
    this.#waiting++;
    call.then(
      () => this.#waiting--,
      (error) => (this.#failure ??= error),
    );
  }

  async allAnswered() {
    while (this.#waiting > 0 && !this.#failure) await sleep(1);
    if (this.#failure) throw this.#failure;
  }
}
