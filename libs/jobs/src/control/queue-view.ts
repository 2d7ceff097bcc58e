import type { CountsByQueue, QueueCounts } from '../observe/stats/job.repository.js';
import type { ListedWorkerRow } from '../store/sql/control/list-workers.sql.js';
import type { QueueSettingsRow } from '../store/sql/control/queues.sql.js';
import { pauseOf, type Pause } from './pause.js';

/** Whether a queue is paused, since when, by whom and until when. */
export interface QueuePause extends Pause {
  name: string;
}

/** A queue as operators see it. */
export interface JobQueue extends QueuePause, QueueCounts {
  /** How many living workers work on it. Those that are drained do not count. */
  workers: number;
  /** The slots of these workers. They share them with their other queues. */
  slots: number;
}

export interface QueueFacts {
  counts: CountsByQueue;
  workers: readonly Pick<ListedWorkerRow, 'alive' | 'queues' | 'slots' | 'draining_ms'>[];
  /** The queues of definitions and of living workers, and all that have settings. */
  queues: readonly QueueSettingsRow[];
}

const MAX_QUEUES = 1_000;

export function toPause(name: string, row: QueueSettingsRow | undefined): QueuePause {
  return { name, ...pauseOf(row) };
}

/** All queues that any of the facts knows, by name. */
export function toQueues({ counts, workers, queues }: QueueFacts): JobQueue[] {
  const own = workersByQueue(workers);
  const rows = new Map(queues.map((row) => [row.name, row]));
  const names = new Set([...rows.keys(), ...counts.queues.keys()]);
  const noJobs: QueueCounts = { pending: 0, pendingCapped: !counts.counted, oldestDueMs: null, running: 0 };
  return [...names].sort().map((name) => ({
    ...toPause(name, rows.get(name)),
    ...(counts.queues.get(name) ?? noJobs),
    ...(own.get(name) ?? { workers: 0, slots: 0 }),
  }));
}

/** At most 1,000 queues: first those that are paused, then those whose jobs have been due for longest. */
export function chooseQueues(queues: JobQueue[]): { queues: JobQueue[]; capped: boolean } {
  if (queues.length <= MAX_QUEUES) return { queues, capped: false };
  const weight = ({ paused, oldestDueMs, pending }: JobQueue) => [paused ? 1 : 0, oldestDueMs ?? 0, pending] as const;
  const chosen = queues
    .map((queue) => ({ queue, weight: weight(queue) }))
    .sort((a, b) => b.weight[0] - a.weight[0] || b.weight[1] - a.weight[1] || b.weight[2] - a.weight[2])
    .slice(0, MAX_QUEUES)
    .map(({ queue }) => queue);
  return { queues: chosen.sort((a, b) => (a.name < b.name ? -1 : 1)), capped: true };
}

function workersByQueue(workers: QueueFacts['workers']): Map<string, { workers: number; slots: number }> {
  const found = new Map<string, { workers: number; slots: number }>();
  for (const { queues, slots } of workers.filter((worker) => worker.alive && worker.draining_ms === null))
    for (const queue of queues) {
      const known = found.get(queue) ?? { workers: 0, slots: 0 };
      found.set(queue, { workers: known.workers + 1, slots: known.slots + slots });
    }
  return found;
}
