import { defineJob } from '@monstera/jobs';
import { z } from 'zod';
import { HOUR_MS } from './endings.js';
import type { JobSpec } from './operations.js';

export const definition = defineJob({ type: 'it', payload: z.object({}), maxAttempts: 2 });

/** Says only what differs from the definition, because a job without options of its own goes another way. */
export function optionsOf({ queue, priority, maxAttempts, delayHours, uniqueKey }: JobSpec) {
  return {
    ...(queue !== definition.queue && { queue }),
    ...(priority !== definition.priority && { priority }),
    ...(maxAttempts !== definition.maxAttempts && { maxAttempts }),
    ...(delayHours > 0 && { delayMs: delayHours * HOUR_MS }),
    ...(uniqueKey !== null && { uniqueKey }),
  };
}
