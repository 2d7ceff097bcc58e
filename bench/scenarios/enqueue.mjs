import { quantile } from '../report/statistics.mjs';
import { difference, meter } from './measure-drain.mjs';

const VARIANTS = [
  { id: 'one caller', pattern: 'single', callers: 1 },
  { id: '10 callers', pattern: 'single', callers: 10 },
  { id: '100 callers', pattern: 'single', callers: 100 },
  { id: 'batches of 1,000', pattern: 'batch', callers: 1 },
  { id: 'in a transaction', pattern: 'transaction', callers: 1 },
];

const goal = (variant, over, atLeast) => ({
  metric: 'jobsPerSecond',
  of: { contender: 'ours', variant },
  over: { contender: over, variant },
  atLeast,
});

/** One producer process and no worker. */
export const enqueue = {
  name: 'enqueue',
  title: 'Enqueue: one producer process',
  columns: ['jobsPerSecond', 'p50Ms', 'p99Ms', 'clientCpuMs', 'serverCpuMs', 'walBytes'],
  contenders: ['ours', 'peer', 'bare'],
  // The settings of a contender matter only to its worker, so one row per store is enough.
  accepts: ({ id, store }, { pattern }, { named }) =>
    (named || !['ours-best', 'graphile'].includes(id)) &&
    (!/^(bare|minimal)-/.test(id) || id.endsWith('-loop-1')) &&
    !(pattern === 'transaction' && (store === 'redis' || id === 'bullmq-postgres')),
  variants: () => VARIANTS,
  measure: measureEnqueue,
  comparisons: [
    goal('batches of 1,000', 'best peer', 2.5),
    goal('batches of 1,000', 'best bare', 0.75),
    goal('100 callers', 'best PostgreSQL peer', 5),
    goal('one caller', 'best bare', 0.9),
    goal('one caller', 'best PostgreSQL peer', 1.5),
  ],
};

async function measureEnqueue(lab, contender, { pattern, callers }, { seconds = 4 }) {
  const stage = await lab.stage(contender);
  try {
    const producer = await stage.open({ role: 'producer' });
    const before = await meter(stage, [producer]);
    const { jobs, elapsedMs, cpuMs, durations } = await producer.call('enqueue', { pattern, callers, seconds });
    const costs = difference(before, await meter(stage, [producer]), jobs);
    return {
      jobsPerSecond: (jobs / elapsedMs) * 1_000,
      p50Ms: quantile(durations, 0.5),
      p99Ms: quantile(durations, 0.99),
      ...costs,
      clientCpuMs: cpuMs / (jobs / 1_000),
    };
  } finally {
    await stage.close();
  }
}
