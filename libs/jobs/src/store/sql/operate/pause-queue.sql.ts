import { statement } from '../../statement.js';

/** Pauses a queue. A pause that is there already keeps its time. */
export const pauseQueue = statement<[name: string], { paused: boolean }>(
  'pause_queue',
  `
  insert into {job_queues} (name, paused_at)
  values ($1, now())
  on conflict (name) do update
  set paused_at = coalesce({job_queues}.paused_at, now()), updated_at = now()
  returning paused_at is not null as paused`,
);

/** Ends the pause of a queue. No row if it is not paused. */
export const resumeQueue = statement<[name: string], { paused: boolean }>(
  'resume_queue',
  `
  update {job_queues}
  set paused_at = null, updated_at = now()
  where name = $1 and paused_at is not null
  returning false as paused`,
);
