import type { Registry } from 'prom-client';
import type { WorkerStatus } from '../job/worker-status.js';
import { readCounter, readGauge, sourcesOf, type Reading } from './metric-registry.js';

/** What this process's worker is doing, read from memory. */
export function registerWorkerMetrics(registry: Registry): void {
  const statuses = () => [...sourcesOf(registry)].map(({ status }) => status);
  const workers = () => statuses().filter(({ enabled }) => enabled);
  const total = (value: (status: WorkerStatus) => number) => () =>
    statuses().reduce((sum, status) => sum + value(status), 0);

  readGauge({ registry, name: 'jobs_slots', help: 'Jobs that this process may run at once.' }, () => [
    [{}, total(({ slots }) => slots)()],
  ]);
  readGauge({ registry, name: 'jobs_slots_active', help: 'Jobs that this process is running.' }, () => [
    [{}, total(({ activeSlots }) => activeSlots)()],
  ]);
  readGauge(
    { registry, name: 'jobs_last_claim_age_seconds', help: 'Time since the database last answered a claim.' },
    () => worst(workers().flatMap(({ lastClaimMs }) => (lastClaimMs === null ? [] : [sinceSeconds(lastClaimMs)]))),
  );
  readGauge({ registry, name: 'jobs_listening', help: '1 if NOTIFY reaches this worker, 0 if it only polls.' }, () =>
    worst(
      workers().map(({ listening }) => (listening ? 1 : 0)),
      Math.min,
    ),
  );
  readGauge(
    { registry, name: 'jobs_unknown_types', help: 'Job types met without a processor in this process.' },
    () => [[{}, new Set(statuses().flatMap(({ unknownTypes }) => [...unknownTypes])).size]],
  );
  readGauge(
    { registry, name: 'jobs_info', help: 'Version of the application that runs jobs.', labelNames: ['version'] },
    () => [...sourcesOf(registry)].map(({ version }) => [{ version }, 1]),
  );
  readCounter(
    { registry, name: 'jobs_rescued_total', help: 'Jobs that this process took back from dead workers.' },
    total(({ rescuedJobs }) => rescuedJobs),
  );
  readCounter(
    {
      registry,
      name: 'jobs_leases_lost_total',
      help: 'Runs of this process whose job had been given to another worker.',
    },
    total(({ lostLeases }) => lostLeases),
  );
  readCounter(
    {
      registry,
      name: 'jobs_handlers_abandoned_total',
      help: 'Handlers left behind because they ignored their signal.',
    },
    total(({ abandonedHandlers }) => abandonedHandlers),
  );
}

function sinceSeconds(ms: number): number {
  return (performance.now() - ms) / 1_000;
}

function worst(values: number[], pick: (...values: number[]) => number = Math.max): Reading[] {
  return values.length === 0 ? [] : [[{}, pick(...values)]];
}
