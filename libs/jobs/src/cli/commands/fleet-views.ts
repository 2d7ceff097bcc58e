import { some, span } from '../../observe/doctor/findings.js';
import type { QueueRow } from '../../store/sql/operate/read-queues.sql.js';
import type { WorkerViewRow } from '../../store/sql/operate/read-workers.sql.js';

export interface QueueView {
  name: string;
  paused: boolean;
  pausedAt: Date | null;
  pending: number;
  pendingCapped: boolean;
  /** Null if no job is due. */
  oldestDueMs: number | null;
  running: number;
  workers: number;
  slots: number;
}

export interface WorkerView {
  id: string;
  host: string;
  pid: number;
  version: string;
  queues: string[];
  slots: number;
  running: number;
  startedAt: Date;
  lastSeenAt: Date;
  /** Since it was last seen, by the server's clock. */
  silentMs: number;
  alive: boolean;
}

export interface HealthAnswer {
  status: 'up' | 'degraded' | 'down';
  reasons: { reason: string; message: string }[];
}

/** Workers poll every 5 seconds by default. */
const LATE_MS = 15_000;

export function queueOf(row: QueueRow, maxCounted: number): QueueView {
  return {
    name: row.name,
    paused: row.paused_ms !== null,
    pausedAt: row.paused_ms === null ? null : new Date(row.paused_ms),
    pending: Math.min(row.pending, maxCounted),
    pendingCapped: row.pending > maxCounted,
    oldestDueMs: row.oldest_due_ms === null ? null : Math.round(row.oldest_due_ms),
    running: row.running,
    workers: row.workers,
    slots: row.slots,
  };
}

export function workerOf(row: WorkerViewRow): WorkerView {
  return {
    id: row.id,
    host: row.host,
    pid: row.pid,
    version: row.version,
    queues: row.queues,
    slots: row.slots,
    running: row.running,
    startedAt: new Date(row.started_ms),
    lastSeenAt: new Date(row.last_seen_ms),
    silentMs: Math.round(row.silent_seconds * 1_000),
    alive: !row.dead,
  };
}

/** `fleet` is null if the schema is too old to ask. */
export function healthOf(
  pending: readonly string[],
  fleet: { workers: readonly WorkerView[]; queues: readonly QueueView[] } | null,
  minWorkers: number,
): HealthAnswer {
  if (!fleet) {
    const message = `Migrations have not run: ${some(pending)}.`;
    return { status: 'down', reasons: [{ reason: 'schema_outdated', message }] };
  }
  const alive = fleet.workers.filter((worker) => worker.alive).length;
  const unworked = fleet.queues.filter((queue) => !queue.paused && queue.workers === 0 && isLate(queue));
  const paused = fleet.queues.filter((queue) => queue.paused && queue.pending > 0);
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
  ];
  return { status: tooFew ? 'down' : reasons.length > 0 ? 'degraded' : 'up', reasons };
}

function isLate({ oldestDueMs }: QueueView): boolean {
  return oldestDueMs !== null && oldestDueMs > LATE_MS;
}

export function healthLines({ status, reasons }: HealthAnswer): string[] {
  return [status, ...reasons.map(({ message }) => `  ${message}`)];
}
