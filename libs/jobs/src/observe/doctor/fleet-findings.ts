import { COMMAND } from '../../support/command-name.js';
import type { Facts } from './facts.js';
import { advice, problem, shellWord, span, type Finding } from './findings.js';

/** A job may be due for this long before somebody should look. Workers poll every 5 seconds by default. */
const LATE_MS = 15_000;
/** Workers renew their leases every 5 seconds by default, and take over a dead worker's jobs within 25. */
const SILENT_SECONDS = 60;

/** Queues whose due jobs nobody claims, and paused ones in which jobs wait. */
export function queueFindings({ queues, workers }: Pick<Facts, 'queues' | 'workers'>): Finding[] {
  if (!queues) return [];
  const found: Finding[] = [];
  for (const { name, paused, pending, oldestDueMs, workers: claiming } of queues) {
    const waiting = waitingJobs(pending);
    if (paused && pending > 0)
      found.push(
        advice(
          'JOBS_QUEUE_PAUSED',
          `The queue ${name} is paused, with ${waiting}.`,
          `${COMMAND} queues resume ${shellWord(name)}`,
        ),
      );
    else if (claiming === 0 && oldestDueMs !== null && oldestDueMs > LATE_MS)
      found.push(
        problem(
          'JOBS_QUEUE_UNWORKED',
          `No living worker claims from the queue ${name}: ${waiting}, the oldest due for ${span(oldestDueMs / 1_000)}.`,
          workers?.some(({ dead }) => !dead)
            ? `Add "${name}" to the option queues of a worker, or move its processor there.`
            : 'Start a worker: no worker is alive.',
        ),
      );
  }
  return found;
}

/** Paused types whose jobs wait. */
export function typeFindings({ pausedTypes }: Pick<Facts, 'pausedTypes'>): Finding[] {
  const waiting = (pausedTypes ?? []).filter(({ pending }) => pending > 0);
  return waiting.map(({ type, pending }) =>
    advice(
      'JOBS_TYPE_PAUSED',
      `The type ${type} is paused, with ${waitingJobs(pending)}.`,
      `${COMMAND} types resume ${shellWord(type)}`,
    ),
  );
}

/** Workers that hold jobs although they are dead, silent or unknown. */
export function workerFindings({ workers, lostWorkers }: Pick<Facts, 'workers' | 'lostWorkers'>): Finding[] {
  const rows = workers ?? [];
  const remedy = 'Start a worker: any living one takes these jobs over within 25 seconds.';
  const stuck = rows
    .filter(({ running, silent_seconds }) => running > 0 && silent_seconds > SILENT_SECONDS)
    .map(({ id, host, pid, dead, running, silent_seconds }) => {
      const state = dead ? 'is dead' : `has been silent for ${span(silent_seconds)}`;
      return problem(
        'JOBS_HELD_BY_DEAD_WORKER',
        `Worker ${id} (${host}, pid ${pid}) ${state} and still holds ${running} job${running === 1 ? '' : 's'}.`,
        remedy,
      );
    });
  const known = new Set(rows.map(({ id }) => id));
  const unknown = (lostWorkers ?? []).filter((id) => !known.has(id));
  return [
    ...stuck,
    ...unknown.map((id) =>
      problem('JOBS_HELD_BY_DEAD_WORKER', `A worker that is no longer known (${id}) still holds jobs.`, remedy),
    ),
  ];
}

function waitingJobs(count: number): string {
  return `${count} waiting job${count === 1 ? '' : 's'}`;
}
