import { measureDrain } from './measure-drain.mjs';
import { jobsOr } from './scales.mjs';

/** The measurement ends at this share, because the last retries only wait for their backoff. */
const SHARE = 0.99;

const VARIANTS = [
  { id: 'no job fails', behaviour: 'noop' },
  { id: '10 % fail once', behaviour: 'failOnce' },
];

/** Retries without delay. graphile-worker does not take part, because its backoff of e^attempt seconds is fixed. */
export const failures = {
  name: 'failures',
  title: 'Failures: one job in ten fails once and is retried at once; until 99 % are done',
  columns: ['jobsPerSecond', 'clientCpuMs', 'serverCpuMs', 'walBytes'],
  sameScale: true,
  contenders: ['ours', 'pg-boss', 'bullmq-redis', 'bullmq-postgres'],
  accepts: ({ id, group }) => (group === 'ours' || group === 'peer') && !id.startsWith('graphile'),
  variants: () => VARIANTS,
  measure: (lab, contender, { behaviour }, options) =>
    measureDrain(lab, contender, {
      jobs: jobsOr(options, 100_000),
      share: SHARE,
      worker: { behaviour },
      limitSeconds: options.limitSeconds ?? 60,
    }),
  comparisons: [
    {
      metric: 'jobsPerSecond',
      of: { contender: 'ours', variant: VARIANTS[1].id },
      over: { contender: 'ours', variant: VARIANTS[0].id },
      atLeast: 0.6,
    },
  ],
};
