import { statement } from '../../statement.js';

/** Queues in which jobs are likely: those of the definitions and of the living workers. */
export const knownQueues = statement<[], { queue: string }>(
  'stats_queues',
  `
  select queue from {job_types}
  union
  select queue from {job_workers} cross join unnest(queues) as own (queue) where dead_at is null`,
);
