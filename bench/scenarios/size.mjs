import { allowAutovacuum, fillWithoutStatistics, insertJobs } from './jobs-filling.mjs';
import { measureDrain } from './measure-drain.mjs';
import { jobsOr, STATISTICS } from './scales.mjs';

const COMPLETED = 1_000_000;
const FUTURE = 1_000_000;
const FAILED = 100_000;

/** The same jobs in an empty table, and beside 1M completed, 1M future and 100k failed ones. */
export const size = {
  name: 'size',
  title: 'Size: drain while the table holds 1M completed, 1M future and 100k failed jobs',
  columns: ['jobsPerSecond', 'clientCpuMs', 'serverCpuMs', 'walBytes'],
  sameScale: true,
  contenders: ['ours'],
  accepts: ({ group }) => group === 'ours' || group === 'bare',
  variants: ({ scale = 1 }) =>
    STATISTICS.flatMap(({ id, analysed }) => [
      { id: `empty, ${id}`, analysed },
      { id: `full, ${id}`, analysed, template: { name: 'full', build: (client) => build(client, scale) } },
    ]),
  measure: (lab, contender, { analysed, template }, options) =>
    measureDrain(lab, contender, {
      jobs: jobsOr(options, 100_000),
      analysed,
      template,
      limitSeconds: options.limitSeconds ?? 60,
      beforeStart: template && (({ client }) => allowAutovacuum(client)),
    }),
  comparisons: STATISTICS.map(({ id }) => ({
    metric: 'jobsPerSecond',
    of: { contender: 'ours', variant: `full, ${id}` },
    over: { contender: 'ours', variant: `empty, ${id}` },
    atLeast: 0.85,
  })),
};

function build(client, scale) {
  return fillWithoutStatistics(client, async () => {
    await insertJobs(client, { count: COMPLETED * scale, status: 'completed' });
    await insertJobs(client, { count: FAILED * scale, status: 'failed' });
    await insertJobs(client, {
      count: FUTURE * scale,
      scheduledAt: `now() + interval '1 day' + i * interval '1 second'`,
    });
  });
}
