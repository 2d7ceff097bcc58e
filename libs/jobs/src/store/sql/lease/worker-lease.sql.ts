import { statement } from '../../statement.js';
import { PAUSES, wishesIn, type WishesRow } from './read-wishes.sql.js';

export type RegisterWorkerParams = [
  id: string,
  host: string,
  pid: number,
  version: string,
  queues: string[],
  slots: number,
  maxSlots: number | null,
  isDrained: boolean,
];

export const registerWorker = statement<RegisterWorkerParams, never>(
  'register_worker',
  `
  insert into {job_workers} (id, host, pid, version, queues, slots, max_slots, draining_since)
  values ($1, $2, $3, $4, $5, $6, $7, case when $8::boolean then now() end)`,
);

export interface WorkerRow {
  id: string;
  /** Text in JSON's format, whatever the DateStyle. Only compared for equality, never with this process's clock. */
  last_seen_at: string;
  dead: boolean;
  /** Whether it starts no jobs because an operator drains it. */
  drained: boolean;
}

export interface FleetRow extends WishesRow {
  workers: WorkerRow[];
  /** Whether there is any request to cancel a job. */
  cancel_requests: boolean;
  /** Whether there is an operation that has not ended. */
  operations: boolean;
}

/**
 * Renews a worker's lease, unless it has been declared dead, and reads the state of the fleet. One statement does both,
 * because it is all that an idle worker's upkeep needs. The dead workers that it reads are those of the last 5 minutes,
 * whose jobs may need a rescue, and the worker itself.
 */
export const renewLease = statement<[id: string, slots: number], FleetRow>(
  'renew_lease',
  `
  with renewed as (
    update {job_workers}
    set last_seen_at = now(), slots = $2
    where id = $1 and dead_at is null
    returning wanted_slots, wanted_at, draining_since
  )
  select
    (
      select coalesce(
        jsonb_agg(
          jsonb_build_object(
            'id', id, 'last_seen_at', last_seen_at, 'dead', dead_at is not null, 'drained', draining_since is not null
          )
        ),
        '[]'
      )
      from {job_workers}
      where dead_at is null or dead_at > now() - interval '5 minutes' or id = $1
    ) as workers,${PAUSES},${wishesIn('renewed')},
    exists (select from {job_signals}) as cancel_requests,
    exists (select from {job_operations} where ended_at is null) as operations`,
);

/** Declares a worker dead, unless it has renewed its lease since `lastSeenAt` was read. */
export const declareDead = statement<[id: string, lastSeenAt: string], { id: string }>(
  'declare_dead',
  `
  update {job_workers}
  set dead_at = now()
  where id = $1 and dead_at is null and last_seen_at = $2::timestamptz
  returning id`,
);

/** A worker that stops declares itself dead, so that no other worker has to wait until its lease runs out. */
export const retireWorker = statement<[id: string], never>(
  'retire_worker',
  `update {job_workers} set dead_at = now() where id = $1 and dead_at is null`,
);
