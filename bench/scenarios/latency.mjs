import { nowMs, sleep } from '../lab/clock.mjs';
import { quantile } from '../report/statistics.mjs';

const SAMPLES = 300;
/**
 * Jobs before the measurement, so that connections and plans exist and the code is compiled. V8 compiles frequent functions
 * late and on its own threads, which would delay measured jobs, so the number is large.
 */
const WARM_UP = 4_000;
/** Factor on the time for the warm-up, for systems that limit their notifications per second. */
const WARM_UP_PATIENCE = 4;
/** The last warm-up jobs come as slowly as the measured ones. */
const WARM_UP_SLOW = 20;
/** Long enough that the worker is asleep before the next job comes. */
const GAP_MS = 25;
const ANSWER_TIMEOUT_MS = 30_000;

const VARIANTS = [
  { id: 'two processes', roles: ['producer', 'worker'] },
  { id: 'one process', roles: ['both'] },
];

const goal = (variant, metric, atMost) => ({
  metric,
  of: { contender: 'ours', variant },
  over: { contender: 'best PostgreSQL peer', variant },
  atMost,
});

/** The time from the call of `enqueue` until the handler starts, with an idle queue and one job at a time. */
export const latency = {
  name: 'latency',
  title: 'Latency: idle queue, one job at a time, from the call of enqueue until the handler starts',
  columns: ['p50Ms', 'p99Ms', 'maxMs'],
  plotted: ['p50Ms', 'p99Ms'],
  contenders: ['ours', 'peer', 'bare listen'],
  accepts: ({ group }, { roles }) => group !== 'bare listen' || roles.length > 1,
  variants: () => VARIANTS,
  measure: measureLatency,
  comparisons: [
    goal('two processes', 'p50Ms', 0.8),
    goal('two processes', 'p99Ms', 1),
    goal('one process', 'p50Ms', 0.5),
  ],
};

async function measureLatency(lab, contender, { roles }, { seconds = 30 }) {
  const stage = await lab.stage(contender);
  try {
    const children = await Promise.all(roles.map((role) => stage.open({ role, behaviour: 'announce' })));
    const [producer, worker] = [children.at(0), children.at(-1)];
    await worker.call('start');
    const limitMs = (seconds * 1_000) / 2;
    await sendOneByOne(producer, worker, { count: WARM_UP, gapMs: 0, limitMs: limitMs * WARM_UP_PATIENCE });
    const slowly = await sendOneByOne(producer, worker, { count: WARM_UP_SLOW + SAMPLES, gapMs: GAP_MS, limitMs });
    const latencies = slowly.slice(Math.min(WARM_UP_SLOW, slowly.length >> 1));
    return {
      p50Ms: quantile(latencies, 0.5),
      p99Ms: quantile(latencies, 0.99),
      maxMs: Math.max(...latencies),
      samples: latencies.length,
    };
  } finally {
    await stage.close();
  }
}

async function sendOneByOne(producer, worker, { count, gapMs, limitMs }) {
  const deadline = nowMs() + limitMs;
  const latencies = [];
  while (latencies.length < count && (nowMs() < deadline || latencies.length < 1)) {
    const started = worker.next('started', ANSWER_TIMEOUT_MS);
    await producer.call('send');
    const { latencyMs } = await started;
    latencies.push(latencyMs);
    await sleep(gapMs);
  }
  return latencies;
}
