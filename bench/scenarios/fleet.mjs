import { measureDrain } from './measure-drain.mjs';
import { jobsOr } from './scales.mjs';

/** Enough that the compilation of the code, which every process repeats, does not matter. */
const JOBS = 1_000_000;
const PROCESSES = [1, 2, 4, 8];
const HOLD_MS = 60_000;
const DUE_IN_MS = 1_500;
const START_TIMEOUT_MS = 30_000;
const BESIDE_A_FULL_WORKER = 'beside a full worker';

const nameOf = (count) => (count === 1 ? '1 process' : `${count} processes`);

/** The bare loops take part only if they are named. They show the cost of the processes alone. */
const DRAINING = ['ours', 'peer', 'bare'];

/** Several worker processes that start together once all of them have booted. */
export const fleet = {
  name: 'fleet',
  title: 'Fleet: several worker processes drain one queue; and one of them full of long jobs',
  columns: ['jobsPerSecond', 'clientCpuMs', 'serverCpuMs', 'deadlocks', 'startMs'],
  sameScale: true,
  contenders: ['ours'],
  accepts: ({ group, slots }, { busy }) => (busy ? slots !== undefined : DRAINING.includes(group)),
  variants: () => [
    ...PROCESSES.map((workers) => ({ id: nameOf(workers), workers })),
    { id: BESIDE_A_FULL_WORKER, busy: true },
  ],
  measure: (lab, contender, { workers, busy }, options) =>
    busy ? measureBeside(lab, contender) : measureFleet(lab, contender, workers, options),
  comparisons: [
    ...[4, 8].map((workers) => ({
      metric: 'jobsPerSecond',
      of: { contender: 'ours', variant: nameOf(workers) },
      over: { contender: 'ours', variant: nameOf(1) },
      atLeast: 0.9,
    })),
    ...[4, 8].map((workers) => ({
      metric: 'deadlocks',
      of: { contender: 'ours', variant: nameOf(workers) },
      atMost: 0,
    })),
    { metric: 'startMs', of: { contender: 'ours', variant: BESIDE_A_FULL_WORKER }, atMost: 1_000 },
  ],
};

async function measureFleet(lab, contender, workers, options) {
  const before = await lab.server.deadlocks();
  const metrics = await measureDrain(lab, contender, {
    jobs: jobsOr(options, JOBS),
    workers,
    limitSeconds: options.limitSeconds ?? 60,
  });
  return { ...metrics, deadlocks: (await lab.server.deadlocks()) - before };
}

/** Measures the start delay of a due job while one worker is full of long jobs and another is idle. */
async function measureBeside(lab, contender) {
  const stage = await lab.stage(contender);
  try {
    const producer = await stage.open({ role: 'producer' });
    await producer.call('load', { jobs: contender.slots, payload: { holdMs: HOLD_MS } });
    const full = await stage.open({ role: 'worker', behaviour: 'announce' });
    const allStarted = untilStarted(full, contender.slots);
    await full.call('start');
    await allStarted;
    const idle = await stage.open({ role: 'worker', behaviour: 'announce' });
    await idle.call('start');
    const started = idle.next('started', START_TIMEOUT_MS);
    await producer.call('send', { options: { delayMs: DUE_IN_MS } });
    const { latencyMs } = await started;
    return { startMs: latencyMs - DUE_IN_MS };
  } finally {
    await stage.close();
  }
}

function untilStarted(worker, count) {
  let started = 0;
  return new Promise((resolve, reject) => {
    worker.on('started', () => ++started === count && resolve(undefined));
    setTimeout(() => reject(new Error(`only ${started} of ${count} jobs started`)), START_TIMEOUT_MS).unref();
  });
}
