import { type MetricSink, readCounter, readHistogram } from './metric-registry.js';
import { runCountsOf, type RunCounts, type SecondsHistogram } from './run-counts.js';

const PROCESSED = 'jobs_processed_total';
const LOST = 'jobs_lost_runs_total';

/** Counts and durations of the runs of this process. */
export function registerRunMetrics(sink: MetricSink): void {
  const { registry } = sink;
  if (registry.getSingleMetric(PROCESSED)) return;
  const reset = () => runCountsOf(registry).clear();
  // The registry was cleared if it has no such metric but still has counts.
  reset();
  const perType = <Value>(value: (counts: RunCounts) => Value) =>
    [...runCountsOf(registry)].map(([job_type, counts]) => [{ job_type }, value(counts)] as const);
  const labelNames = ['job_type', 'status'];
  readCounter({ ...sink, name: PROCESSED, help: 'Runs whose end was written, by outcome.', labelNames }, () =>
    perType(({ outcomes }) => [...outcomes]).flatMap(([labels, outcomes]) =>
      outcomes.map(([status, count]) => [{ ...labels, status }, count] as const),
    ),
  );
  const help = 'Runs of this process whose outcome was not written.';
  readCounter({ ...sink, name: LOST, help, labelNames: ['job_type'] }, () =>
    perType(({ lost }) => lost).filter(([, lost]) => lost > 0),
  );
  const histogram = (name: string, help: string, of: (counts: RunCounts) => SecondsHistogram) =>
    readHistogram(
      { registry, name, help, labelNames: ['job_type'] },
      () => perType(of).filter(([, { count }]) => count > 0),
      reset,
    );
  histogram('job_duration_seconds', 'Run time of handlers.', ({ durations }) => durations);
  histogram('jobs_wait_seconds', 'From falling due to the start.', ({ waits }) => waits);
}
