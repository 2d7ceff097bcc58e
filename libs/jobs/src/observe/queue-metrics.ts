import type { Registry } from 'prom-client';
import type { JobCounts } from '../store/job-counts.js';
import { DEFAULT_RUNNING_TOO_LONG_MINUTES, type QueueSample } from '../store/job.repository.js';
import { BoundedLabels } from './bounded-labels.js';
import { readGauge, sourcesOf, type Reading } from './metric-registry.js';

/** What waits, runs and has failed in the whole fleet, read from the database. Absent while that cannot be read. */
export function registerQueueMetrics(registry: Registry): void {
  const types = new BoundedLabels();
  const queues = new BoundedLabels();
  const gauge = (name: string, help: string, labelNames: string[], read: (sample: QueueSample) => Reading[]) =>
    readGauge({ registry, name, help, labelNames }, async () => {
      const sample = await newestSample(registry);
      return sample ? read(sample) : [];
    });
  const byType = ({ counts }: JobCounts, labels: Record<string, string> = {}): Reading[] =>
    [...types.combine(counts.map(({ type, count }) => [type, count]))].map(([job_type, count]) => [
      { job_type, ...labels },
      count,
    ]);

  gauge('jobs_queue_depth', 'Unfinished jobs by type and status.', ['job_type', 'status'], ({ pending, running }) => [
    ...byType(pending, { status: 'pending' }),
    ...byType(running, { status: 'processing' }),
  ]);
  gauge('jobs_pending', 'Jobs that wait to run, due or planned for later.', ['job_type'], ({ pending }) =>
    byType(pending),
  );
  gauge('jobs_failed_24h', 'Jobs that failed for good in the last 24 hours.', ['job_type'], ({ failed }) =>
    byType(failed),
  );
  gauge(
    'jobs_running_too_long',
    `Jobs that have been running for more than ${DEFAULT_RUNNING_TOO_LONG_MINUTES} minutes.`,
    [],
    ({ runningTooLong }) => [[{}, runningTooLong]],
  );
  gauge('jobs_oldest_due_age_seconds', 'How long the oldest due job has been due.', ['queue'], ({ oldestDue }) =>
    [...queues.combine(oldestDue, Math.max)].map(([queue, seconds]) => [{ queue }, seconds]),
  );
  gauge('jobs_stats_capped', '1 if some counts of jobs are lower bounds.', [], ({ pending, running, failed }) => [
    [{}, pending.capped || running.capped || failed.capped ? 1 : 0],
  ]);
}

/** Modules of one process share a database as a rule, so that adding up their samples would count jobs twice. */
async function newestSample(registry: Registry): Promise<QueueSample | null> {
  return (await [...sourcesOf(registry)].at(-1)?.sample()) ?? null;
}
