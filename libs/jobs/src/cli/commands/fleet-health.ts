import type { JobQueue } from '../../control/queue-view.js';
import type { JobWorkerView } from '../../control/job-workers.js';
import type { PausedType } from '../../control/verdict.js';
import { some, span } from '../../observe/doctor/findings.js';

export interface HealthAnswer {
  status: 'up' | 'degraded' | 'down';
  reasons: { reason: string; message: string }[];
}

export interface SeenFleet {
  workers: readonly JobWorkerView[];
  queues: readonly JobQueue[];
  pausedTypes: readonly PausedType[];
}

/** Workers poll every 5 seconds by default. */
const LATE_MS = 15_000;

/** `fleet` is null if the schema is too old to ask. */
export function healthOf(pending: readonly string[], fleet: SeenFleet | null, minWorkers: number): HealthAnswer {
  if (!fleet) {
    const message = `Migrations have not run: ${some(pending)}.`;
    return { status: 'down', reasons: [{ reason: 'schema_outdated', message }] };
  }
  const alive = fleet.workers.filter((worker) => worker.alive).length;
  const unworked = fleet.queues.filter((queue) => !queue.paused && queue.workers === 0 && isLate(queue));
  const paused = fleet.queues.filter((queue) => queue.paused && queue.pending > 0);
  const types = fleet.pausedTypes.filter(({ pending: waiting }) => waiting > 0);
  const tooFew = alive < minWorkers;
  const reasons = [
    ...(tooFew
      ? [{ reason: 'too_few_workers', message: `${alive} workers are alive; ${minWorkers} are wanted.` }]
      : []),
    ...unworked.map(({ name, oldestDueMs }) => ({
      reason: 'queue_unworked',
      message: `No living worker claims from ${name}, where a job has been due for ${span(oldestDueMs! / 1_000)}.`,
    })),
    ...paused.map(({ name }) => ({ reason: 'queue_paused', message: `${name} is paused, and jobs wait in it.` })),
    ...types.map(({ type }) => ({ reason: 'type_paused', message: `The type ${type} is paused, and its jobs wait.` })),
  ];
  return { status: tooFew ? 'down' : reasons.length > 0 ? 'degraded' : 'up', reasons };
}

function isLate({ oldestDueMs }: JobQueue): boolean {
  return oldestDueMs !== null && oldestDueMs > LATE_MS;
}

export function healthLines({ status, reasons }: HealthAnswer): string[] {
  return [status, ...reasons.map(({ message }) => `  ${message}`)];
}
