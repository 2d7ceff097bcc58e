import type { WorkerStatus } from '../../state/worker-status.js';
import { BoundedLabels } from './bounded-labels.js';
import { type MetricSink, readCounter, readGauge, sourcesOf } from './metric-registry.js';

interface WorkerMetric<Value> {
  name: string;
  help: string;
  /** `nowMs`: by the clock of the workers. */
  read: (statuses: WorkerStatus[], nowMs: number) => Value;
}

const total = (value: (status: WorkerStatus) => number) => (statuses: WorkerStatus[]) =>
  statuses.reduce((sum, status) => sum + value(status), 0);

/** `read` returns null if the value does not apply. The gauge is then absent from the scrape. */
const GAUGES: WorkerMetric<number | null>[] = [
  { name: 'jobs_slots', help: 'Jobs that this process may run at once.', read: total(({ slots }) => slots) },
  { name: 'jobs_slots_active', help: 'Jobs that this process is running.', read: total((s) => s.activeSlots) },
  { name: 'jobs_last_claim_age_seconds', help: 'Time since the database last answered a claim.', read: lastClaimAge },
  { name: 'jobs_listening', help: '1 if NOTIFY reaches this worker, 0 if it only polls.', read: listening },
  { name: 'jobs_unknown_types', help: 'Job types met without a processor in this process.', read: countUnknownTypes },
];

const COUNTERS: WorkerMetric<number>[] = [
  {
    name: 'jobs_rescued_total',
    help: 'Jobs that this process took back from dead workers.',
    read: total(({ rescuedJobs }) => rescuedJobs),
  },
  {
    name: 'jobs_leases_lost_total',
    help: 'Runs of this process whose job had been given to another worker.',
    read: total(({ lostLeases }) => lostLeases),
  },
  {
    name: 'jobs_event_loop_blocked_seconds_total',
    help: 'Time for which the event loop was blocked, in blocks of a second or more.',
    read: total(({ blockedMs }) => blockedMs / 1_000),
  },
  {
    name: 'jobs_handlers_abandoned_total',
    help: 'Handlers left behind because they ignored their signal.',
    read: total(({ abandonedHandlers }) => abandonedHandlers),
  },
];

/** A dependency that was down before gets 0, so that its series does not end. */
function registerDependencies(sink: MetricSink): void {
  const { registry } = sink;
  const labels = new BoundedLabels();
  readGauge(
    {
      ...sink,
      name: 'jobs_dependency_down',
      help: '1 while something that jobs talk to is down, 0 once it is back.',
      labelNames: ['dependency'],
    },
    () => {
      const names = [...sourcesOf(registry)].flatMap(({ outages }) => outages.names());
      const readings = labels.combine(
        names.map((name) => [name, 1]),
        Math.max,
      );
      return [...readings].map(([dependency, value]) => [{ dependency }, value]);
    },
  );
}

/** State of the workers of this process, read from memory. */
export function registerWorkerMetrics(sink: MetricSink): void {
  const { registry } = sink;
  const statuses = () => [...sourcesOf(registry)].map(({ status }) => status);
  const nowMs = () => [...sourcesOf(registry)][0]?.clock.steadyMs() ?? 0;
  for (const { name, help, read } of GAUGES)
    readGauge({ ...sink, name, help }, () => {
      const value = read(statuses(), nowMs());
      return value === null ? [] : [[{}, value]];
    });
  for (const { name, help, read } of COUNTERS)
    readCounter({ ...sink, name, help }, () => [[{}, read(statuses(), nowMs())]]);
  registerDependencies(sink);
  readGauge(
    { ...sink, name: 'jobs_info', help: 'Version of the application that runs jobs.', labelNames: ['version'] },
    () => [...sourcesOf(registry)].map(({ version }) => [{ version }, 1]),
  );
}

/** The largest value among the workers of this process, in seconds. */
function lastClaimAge(statuses: WorkerStatus[], nowMs: number): number | null {
  const claims = statuses.map(({ lastClaimMs }) => lastClaimMs).filter((ms) => ms !== null);
  return claims.length === 0 ? null : (nowMs - Math.min(...claims)) / 1_000;
}

function listening(statuses: WorkerStatus[]): number | null {
  const workers = statuses.filter(({ enabled }) => enabled);
  if (workers.length === 0) return null;
  return workers.every((worker) => worker.listening) ? 1 : 0;
}

function countUnknownTypes(statuses: WorkerStatus[]): number {
  return new Set(statuses.flatMap(({ unknownTypes }) => [...unknownTypes])).size;
}
