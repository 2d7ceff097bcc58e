import { statement } from '../../statement.js';

export interface LockedWorkerRow {
  host: string;
  max_slots: number | null;
}

/** Locks a living worker. */
export const lockWorker = statement<[id: string], LockedWorkerRow>(
  'lock_worker',
  `select host, max_slots from {job_workers} where id = $1 and dead_at is null for update`,
);

/** Drains a worker, or lets it start jobs again. */
export const drainWorker = statement<[id: string, isDrained: boolean], never>(
  'drain_worker',
  `
  update {job_workers}
  set draining_since = case when $2::boolean then coalesce(draining_since, now()) end
  where id = $1 and dead_at is null`,
);

/** Sets how many slots the living workers shall have, or one of them. None gets more than its connections allow. */
export const wantSlots = statement<[id: string | null, slots: number], { id: string }>(
  'want_slots',
  `
  update {job_workers}
  set wanted_slots = least($2::int, max_slots), wanted_at = now()
  where dead_at is null and ($1::uuid is null or id = $1)
  returning id`,
);
