import { defineJob } from '@monstera/jobs';
import { z } from 'zod';

/** Deletes the audit logs that are older than `days_to_keep` days. */
export const dataCleanup = defineJob({
  type: 'data_cleanup',
  payload: z.object({ days_to_keep: z.int().min(1).max(36_500) }),
  timeoutMs: 3_600_000,
});
