import { defineJob, type JobDefinition } from './job-definition.js';
import type { RetryPolicy } from './retry-policy.js';
import { ANY_PAYLOAD } from './validate/any-payload.js';

/** A type as the application that knows it has registered it. */
export interface RegisteredType {
  type: string;
  queue: string;
  priority: number;
  max_attempts: number;
  timeout_ms: number;
  retry: RetryPolicy;
}

/** The definition of a type that this process knows by its registration only. It takes any payload. */
export function registeredDefinition(row: RegisteredType): JobDefinition {
  const { type, queue, priority, max_attempts: maxAttempts, timeout_ms: timeoutMs, retry } = row;
  return defineJob({ type, payload: ANY_PAYLOAD, queue, priority, maxAttempts, timeoutMs, retry });
}
