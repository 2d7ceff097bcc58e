import { statement } from '../../statement.js';
import type { RetryPolicy } from '../../../job/retry-policy.js';

export interface TypeRow {
  type: string;
  queue: string;
  priority: number;
  max_attempts: number;
  timeout_ms: number;
  retry: RetryPolicy;
}

/** The job types that an application has registered at its boot, with their defaults. */
export const readTypes = statement<[], TypeRow>(
  'read_types',
  `select type, queue, priority, max_attempts, timeout_ms, retry from {job_types} order by type limit 10000`,
);
