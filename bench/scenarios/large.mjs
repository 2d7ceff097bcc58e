import { nowMs, sleep } from '../lab/clock.mjs';
import { quantile } from '../report/statistics.mjs';
import { jobsOr } from './scales.mjs';
import { untilDone } from './until-done.mjs';

const MEBIBYTE = 1_048_576;
const JOBS = 5_000;
const SMALL_EVERY_MS = 20;
const KINDS = ['payloads', 'results', 'works', 'errors', 'nested errors'];

const VARIANTS = KINDS.flatMap((kind) =>
  [10, 200].map((concurrency) => ({ id: `${kind}, concurrency ${concurrency}`, kind, concurrency })),
);

/** The memory of any drain, plus what docs/operations.md states for the jobs, with a heap that limits garbage. */
const peakMb = ({ concurrency }) => 250 + 40 + concurrency;

const goal = ({ id }, metric, atMost, contender = 'ours') => ({ metric, of: { contender, variant: id }, atMost });

/** Values of the largest allowed size: their cost for the worker and for small jobs beside them. */
export const large = {
  name: 'large',
  title:
    'Large: payloads, results, both with 5 ms of I/O, and errors of 256 KiB; latency is that of small jobs beside them',
  columns: ['jobsPerSecond', 'blockMs', 'peakMb', 'p50Ms', 'p99Ms', 'maxMs'],
  contenders: ['ours', 'small heap'],
  // The scenario sets the concurrency, so both of our rows would be the same.
  accepts: ({ id, group }) => group === 'small heap' || id === 'ours',
  variants: () => VARIANTS,
  measure: measureLarge,
  comparisons: VARIANTS.flatMap((variant) => [
    goal(variant, 'blockMs', 200),
    goal(variant, 'p99Ms', 100),
    goal(variant, 'peakMb', peakMb(variant), 'ours-small-heap'),
  ]),
};

async function measureLarge(lab, contender, { kind, concurrency }, options) {
  const jobs = jobsOr(options, JOBS);
  const stage = await lab.stage(contender);
  try {
    const shape = { behaviour: 'large', queues: 2 };
    const producer = await stage.open({ role: 'producer', ...shape });
    await producer.call('loadLarge', { jobs, kind });
    const worker = await stage.open({ role: 'worker', target: jobs, concurrency, ...shape });
    const startedMs = nowMs();
    await worker.call('start');
    const small = sendSmallOnes(producer);
    const finished = (await untilDone(worker, jobs, (options.limitSeconds ?? 300) * 1_000)).done >= jobs;
    await small.stop();
    const endMs = await worker.call('settled');
    const { latencies, done } = await worker.call('tally');
    const { blockMs, peakRss } = await worker.call('strain');
    return {
      jobsPerSecond: (done / (endMs - startedMs)) * 1_000,
      blockMs,
      peakMb: peakRss / MEBIBYTE,
      p50Ms: quantile(latencies, 0.5),
      p99Ms: quantile(latencies, 0.99),
      maxMs: Math.max(...latencies),
      cutShort: !finished,
    };
  } finally {
    await stage.close();
  }
}

/** The small jobs have their own type and queue, and a priority before that of the large ones. */
function sendSmallOnes(producer) {
  let stopping = false;
  const sending = (async () => {
    while (!stopping) {
      await producer.call('send', { queue: 1, options: { priority: 0 } });
      await sleep(SMALL_EVERY_MS);
    }
  })();
  return { stop: () => ((stopping = true), sending) };
}
