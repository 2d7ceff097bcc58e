import { statement } from '../../statement.js';

/** Queues that jobs are likely to come in: those of the definitions and of the living workers. */
export const knownQueues = statement<[], { queue: string }>(
  'stats_queues',
  `
  select queue from {job_types}
  union
  select queue from {job_workers} cross join unnest(queues) as own (queue) where dead_at is null`,
);
