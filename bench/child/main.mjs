// The process of one worker or producer. Messages of `lab/child-process.mjs` control it.
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { nowMs, sleep } from '../lab/clock.mjs';
import { behaviours } from './behaviours.mjs';
import { arrive, enqueue, load, loadLarge } from './produce.mjs';
import { Tally } from './tally.mjs';

const SETTLE_TIMEOUT_MS = 30_000;
const DELAY_RESOLUTION_MS = 5;

const delays = monitorEventLoopDelay({ resolution: DELAY_RESOLUTION_MS });

const tally = new Tally((event, result) => process.send?.({ event, result }));
let adapter;
let contender;
let system;

const methods = {
  /** Boots the contender. Its worker does not look for jobs yet. */
  async open({ adapter: module, settings, role, behaviour = 'noop', target, ...params }) {
    adapter = await import(module);
    contender = { settings, ...params };
    if (target !== undefined) tally.startReports(target);
    if (behaviour === 'large') delays.enable();
    if (role === 'none') return;
    const handle = behaviours[behaviour](tally);
    system = await adapter.open({ ...contender, role, behaviour, handle });
  },
  migrate: () => adapter.migrate(contender),
  load: (params) => load(system, params),
  loadLarge: (params) => loadLarge(system, params),
  enqueue: (params) => enqueue(system, params),
  arrive: (params) => arrive(system, params),
  async send({ options, payload, queue }) {
    const sentMs = nowMs();
    await system.add({ i: 0, sentMs, ...payload }, options, queue);
    return sentMs;
  },
  /** Enqueues jobs one by one, each when the one before has completed. Returns how long each took. */
  async wait({ count, gapMs = 0 }) {
    const durations = [];
    for (let i = 0; i < count; i++) {
      const startedMs = nowMs();
      await system.addAndWait({ i });
      durations.push(nowMs() - startedMs);
      if (gapMs > 0) await sleep(gapMs);
    }
    return durations;
  },
  sample: () => system.sample(),
  address: () => system.address(),
  async start() {
    await system.start();
    delays.reset();
  },
  settled: untilSettled,
  /** The longest block of the event loop and the peak of resident memory since the start. */
  strain: () => ({ blockMs: delays.max / 1e6 - DELAY_RESOLUTION_MS, peakRss: process.resourceUsage().maxRSS * 1_024 }),
  usage: () => ({ cpuMs: cpuMs(), rss: process.memoryUsage.rss() }),
  tally: () => tally.summary(),
};

process.on('message', ({ id, method, params }) => {
  Promise.resolve()
    .then(() => methods[method](params))
    .then(
      (result) => process.send?.({ id, result }),
      (error) => process.send?.({ id, error: String(error?.stack ?? error) }),
    );
});
process.once('disconnect', () => process.exit(1));

/** Called after the last handler has ended. Returns the time at which all outcomes were found to be written. */
async function untilSettled() {
  const deadline = nowMs() + SETTLE_TIMEOUT_MS;
  for (;;) {
    const askedMs = nowMs();
    if (!(await system.unfinished())) return askedMs;
    if (askedMs > deadline) throw new Error('handlers have ended, but their outcomes do not get written');
    await sleep(1);
  }
}

function cpuMs() {
  const { user, system: kernel } = process.cpuUsage();
  return (user + kernel) / 1_000;
}
