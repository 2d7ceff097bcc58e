import { nowMs, sleep } from '../lab/clock.mjs';
import { LARGE_VALUE } from './large-values.mjs';

const BATCH = 1_000;
const WARM_UP_MS = 300;
const ARRIVAL_TICK_MS = 10;

/** Adds many jobs by the contender's own bulk call. */
export async function load(system, { jobs, payload = {}, batch = BATCH }) {
  for (let from = 0; from < jobs; from += batch) {
    const length = Math.min(batch, jobs - from);
    await system.addMany(Array.from({ length }, (_, k) => ({ i: from + k, ...payload })));
  }
}

/** Adds jobs of one kind of the behaviour `large`. Their payload is large too, unless it is their result that is. */
export async function loadLarge(system, { jobs, kind }) {
  const payload = kind === 'payloads' || kind === 'works' ? { kind, value: LARGE_VALUE } : { kind };
  await load(system, { jobs, payload, batch: 50 });
}

/** Lets callers enqueue one after the other, all at once, for a while; `pattern` says how. */
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

/** Adds what has arrived since the last tick, and does not wait for one call before the next: arrivals do not either. */
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
 * Calls that nobody waits for one by one. What they were answered with is not kept: a producer that grows spends the time
 * that is measured on collecting its garbage.
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
