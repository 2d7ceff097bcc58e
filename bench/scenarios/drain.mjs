import { measureDrain } from './measure-drain.mjs';
import { shortCount, STATISTICS } from './scales.mjs';

const SIZES = [20_000, 100_000, 1_000_000];
/** From this size on, peers and the bare limit take part only if they are named, because each row takes minutes. */
const LARGE = 1_000_000;

const goal = (statistics, over, atLeast, floor) => ({
  metric: 'jobsPerSecond',
  of: { contender: 'ours', variant: `100k ${statistics}` },
  over: { contender: over, variant: `100k ${statistics}` },
  atLeast,
  floor,
});

/** No-op jobs and one worker process. */
export const drain = {
  name: 'drain',
  title: 'Drain: no-op jobs, one worker process',
  columns: ['jobsPerSecond', 'clientCpuMs', 'serverCpuMs', 'walBytes'],
  plotOf: (variant) => `drain-${variant.split(' ')[0]}`,
  sameScale: true,
  contenders: ['ours', 'peer', 'bare'],
  accepts: (contender, { jobs }, { named }) => named || jobs < LARGE || contender.group === 'ours',
  variants: ({ jobs = SIZES }) =>
    jobs.flatMap((size) =>
      STATISTICS.map(({ id, analysed }) => ({ id: `${shortCount(size)} ${id}`, jobs: size, analysed })),
    ),
  measure: (lab, contender, { jobs, analysed }, { limitSeconds = 60 }) =>
    measureDrain(lab, contender, { jobs, analysed, limitSeconds }),
  comparisons: [
    goal('analysed', 'best peer', 1.5, 1),
    goal('fresh', 'best peer', 3, 1.8),
    goal('analysed', 'best bare', 0.7, 0.4),
    goal('fresh', 'best bare', 0.7, 0.4),
    ...STATISTICS.map(({ id }) => ({
      metric: 'jobsPerSecond',
      of: { contender: 'ours', variant: `1M ${id}` },
      over: { contender: 'ours', variant: `100k ${id}` },
      atLeast: 1 / 1.15,
    })),
  ],
};
