import { shortCount, jobsOr } from './scales.mjs';
import { measureDrain } from './measure-drain.mjs';

const MEGABYTE = 1_048_576;
const JOBS = 1_000_000;

/**
 * Resident memory of the worker process during a long drain. The amount of garbage that V8 keeps depends on the machine's
 * memory. The row with a heap of 256 MB shows a small container.
 */
export const memory = {
  name: 'memory',
  title: 'Memory: resident memory of the worker process during a drain',
  columns: ['peakMb', 'slopeMb', 'jobsPerSecond'],
  plotted: ['peakMb'],
  curve: { nameX: 'jobs done (resident memory in MB)' },
  contenders: ['ours', 'small heap'],
  accepts: ({ group }) => group === 'ours' || group === 'small heap' || group === 'peer',
  variants: (options) => [{ id: `${shortCount(jobsOr(options, JOBS))} jobs`, jobs: jobsOr(options, JOBS) }],
  measure: measureMemory,
  comparisons: ['ours', 'ours-small-heap'].flatMap((contender) => [
    { metric: 'peakMb', of: { contender, variant: '1M jobs' }, atMost: 250 },
    { metric: 'slopeMb', of: { contender, variant: '1M jobs' }, atMost: 2 },
  ]),
};

async function measureMemory(lab, contender, { jobs }, { limitSeconds = 180 }) {
  const { timeline, ...metrics } = await measureDrain(lab, contender, { jobs, limitSeconds });
  const settled = timeline.filter(({ done }) => done >= jobs / 10);
  return {
    ...metrics,
    peakMb: Math.max(...timeline.map(({ rss }) => rss)) / MEGABYTE,
    slopeMb: (slope(settled) / MEGABYTE) * 100_000,
    curve: thin(timeline, 200).map(({ done, rss }) => ({ x: done, y: Math.round(rss / MEGABYTE) })),
  };
}

function thin(points, most) {
  const step = Math.max(1, points.length / most);
  return Array.from({ length: Math.min(most, points.length) }, (_, k) => points[Math.floor(k * step)]);
}

/** Bytes per job, by least squares. */
function slope(points) {
  const mean = (valueOf) => points.reduce((total, point) => total + valueOf(point), 0) / points.length;
  const [meanDone, meanRss] = [mean(({ done }) => done), mean(({ rss }) => rss)];
  const covariance = mean(({ done, rss }) => (done - meanDone) * (rss - meanRss));
  return covariance / mean(({ done }) => (done - meanDone) ** 2);
}
