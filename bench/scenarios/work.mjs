import { measureDrain } from './measure-drain.mjs';
import { jobsOr } from './scales.mjs';

const CONCURRENCY = 100;

/** Handlers that wait for I/O. 100 slots and 5 ms per job allow at most 20,000 jobs per second. */
export const work = {
  name: 'work',
  title: 'Work: handlers that take 5 ms of I/O, concurrency 100',
  columns: ['jobsPerSecond', 'clientCpuMs', 'serverCpuMs', 'walBytes'],
  contenders: ['ours', 'graphile-fast', 'pg-boss', 'bullmq-redis', 'bullmq-postgres'],
  // The scenario sets the concurrency, so both of our rows would be the same.
  accepts: ({ id, group }) => (group === 'ours' || group === 'peer') && id !== 'ours-best',
  variants: () => [{ id: 'concurrency 100' }],
  measure: (lab, contender, _variant, options) =>
    measureDrain(lab, contender, {
      jobs: jobsOr(options, 100_000),
      worker: { behaviour: 'io', concurrency: CONCURRENCY },
      limitSeconds: options.limitSeconds ?? 60,
    }),
  comparisons: [
    {
      metric: 'jobsPerSecond',
      of: { contender: 'ours', variant: 'concurrency 100' },
      over: { contender: 'best peer', variant: 'concurrency 100' },
    },
  ],
};
