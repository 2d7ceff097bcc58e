import { statement } from '../../statement.js';

export interface WorkerQueuesRow {
  id: string;
  queues: string[];
}

/** The queues that each worker claims from. They never change, so callers read them once per worker. */
export const readWorkerQueues = statement<[ids: string[]], WorkerQueuesRow>(
  'read_worker_queues',
  `select id, queues from {job_workers} where id = any($1::uuid[])`,
);
