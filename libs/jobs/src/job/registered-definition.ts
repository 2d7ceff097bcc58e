import type { StandardSchemaV1 } from '@standard-schema/spec';
import { defineJob, type JobDefinition } from './job-definition.js';
import type { RetryPolicy } from './retry-policy.js';

/** A type as the application that knows it has registered it. */
export interface RegisteredType {
  type: string;
  queue: string;
  priority: number;
  max_attempts: number;
  timeout_ms: number;
  retry: RetryPolicy;
}

/** What is passed as it is. The schema of the definition is the application's, and is checked when the job runs. */
const ANYTHING: StandardSchemaV1 = {
  '~standard': { version: 1, vendor: '@monstera/jobs', validate: (value) => ({ value }) },
};

/** The definition of a type that this process knows by its registration only. It takes any payload. */
export function registeredDefinition(row: RegisteredType): JobDefinition {
  const { type, queue, priority, max_attempts: maxAttempts, timeout_ms: timeoutMs, retry } = row;
  return defineJob({ type, payload: ANYTHING, queue, priority, maxAttempts, timeoutMs, retry });
}
