import type { JobCounts } from '../stats/job-counts.js';
import type { QueueSample } from '../stats/job.repository.js';
import { BoundedLabels } from './bounded-labels.js';
import { type MetricSink, readGauge, type Reading, sourcesOf } from './metric-registry.js';

interface QueueMetric {
  name: string;
  help: string;
  labelNames?: string[];
  read: (sample: QueueSample, labels: Labels) => Reading[];
}

interface Labels {
  types: BoundedLabels;
  queues: BoundedLabels;
}

const METRICS: QueueMetric[] = [
  {
    name: 'jobs_queue_depth',
    help: 'Unfinished jobs by type and status.',
    labelNames: ['job_type', 'status'],
    read: ({ pending, running }, { types }) => [
      ...byType(pending, types, { status: 'pending' }),
      ...byType(running, types, { status: 'processing' }),
    ],
  },
  {
    name: 'jobs_pending',
    help: 'Jobs that wait to run, due or planned for later.',
    labelNames: ['job_type'],
    read: ({ pending }, { types }) => byType(pending, types),
  },
  {
    name: 'jobs_failed_24h',
    help: 'Jobs that failed for good in the last 24 hours.',
    labelNames: ['job_type'],
    read: ({ failed }, { types }) => byType(failed, types),
  },
  {
    name: 'jobs_running_too_long',
    help: 'Jobs that have been running for longer than their timeout.',
    read: ({ runningTooLong }) => [[{}, runningTooLong]],
  },
  {
    name: 'jobs_oldest_due_age_seconds',
    help: 'How long the oldest due job has been due, without those of paused types.',
    labelNames: ['queue'],
    read: ({ oldestDue }, { queues }) =>
      [...queues.combine(oldestDue, Math.max)].map(([queue, seconds]) => [{ queue }, seconds]),
  },
  {
    name: 'jobs_pending_capped',
    help: '1 for queues with more pending jobs than are counted.',
    labelNames: ['queue'],
    read: ({ pending }, { queues }) =>
      [...new Set((pending.cappedQueues ?? []).map((name) => queues.label(name)))].map((queue) => [{ queue }, 1]),
  },
  {
    name: 'jobs_stats_capped',
    help: '1 if some counts of jobs are lower bounds.',
    read: ({ pending, running, failed }) => [[{}, pending.capped || running.capped || failed.capped ? 1 : 0]],
  },
];

/** Counts of pending, running and failed jobs of all processes, from the database. Absent while it cannot be read. */
export function registerQueueMetrics(sink: MetricSink): void {
  const { registry } = sink;
  const labels = { types: new BoundedLabels(), queues: new BoundedLabels() };
  for (const { name, help, labelNames, read } of METRICS)
    readGauge({ ...sink, name, help, labelNames }, async () => {
      const sample = await newestSample(registry);
      return sample ? read(sample, labels) : [];
    });
}

/** The modules of a process usually share a database. Adding up their samples would count its jobs twice. */
async function newestSample(registry: MetricSink['registry']): Promise<QueueSample | null> {
  return (await [...sourcesOf(registry)].at(-1)?.sample()) ?? null;
}

function byType({ counts }: JobCounts, types: BoundedLabels, labels: Record<string, string> = {}): Reading[] {
  const combined = types.combine(counts.map(({ type, count }) => [type, count]));
  return [...combined].map(([job_type, count]) => [{ job_type, ...labels }, count]);
}
