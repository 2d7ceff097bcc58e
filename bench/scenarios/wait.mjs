import { quantile } from '../report/statistics.mjs';

const WARM_UP = 2_000;
const SAMPLES = 300;
/** As in the scenario "latency". */
const GAP_MS = 25;

const VARIANTS = [
  { id: 'two processes', roles: ['producer', 'worker'] },
  { id: 'one process', roles: ['both'] },
];

/** The time from the call of `enqueueAndWait` until its result, with an idle queue and one job at a time. */
export const wait = {
  name: 'wait',
  title: 'Wait: idle queue, one job at a time, from the call of enqueueAndWait until its result',
  columns: ['p50Ms', 'p99Ms', 'maxMs'],
  contenders: ['ours'],
  accepts: ({ group }) => group === 'ours',
  variants: () => VARIANTS,
  measure: measureWait,
  comparisons: [],
};

async function measureWait(lab, contender, { roles }) {
  const stage = await lab.stage(contender);
  try {
    const children = await Promise.all(roles.map((role) => stage.open({ role })));
    const [producer, worker] = [children.at(0), children.at(-1)];
    await worker.call('start');
    await producer.call('wait', { count: WARM_UP });
    const durations = await producer.call('wait', { count: SAMPLES, gapMs: GAP_MS });
    return {
      p50Ms: quantile(durations, 0.5),
      p99Ms: quantile(durations, 0.99),
      maxMs: Math.max(...durations),
    };
  } finally {
    await stage.close();
  }
}
