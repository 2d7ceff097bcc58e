import { z } from 'zod';

const capped = z.boolean().meta({
  description:
    'True if there were more jobs than are looked at: the counts are lower bounds, and types may be missing.',
});

export const jobCountsSchema = z.object({
  counts: z.array(z.object({ type: z.string(), count: z.int() })).meta({ description: 'Largest first.' }),
  total: z.int(),
  capped,
  cappedQueues: z.array(z.string()).optional().meta({
    description: 'Queues with more pending jobs than the limit. Counts of other queues are complete.',
  }),
});

export const longRunningJobsSchema = z.object({
  jobs: z
    .array(
      z.object({
        id: z.uuid(),
        type: z.string(),
        host: z.string().nullable().meta({ description: 'Of the worker that runs it.' }),
        startedAt: z.iso.datetime(),
        runningSeconds: z.number(),
        timeoutSeconds: z.number().meta({ description: "The job's own timeout, or its type's." }),
      }),
    )
    .meta({ description: 'Longest first, at most 100.' }),
  total: z.int(),
  capped,
});

export const failedQuerySchema = z.strictObject({
  hours: z.coerce.number().optional().meta({ description: 'How far back to look. Default 24.' }),
});

export const runningTooLongQuerySchema = z.strictObject({
  minutes: z.coerce
    .number()
    .optional()
    .meta({ description: 'From when on it is too long. Default: the timeout of each job.' }),
});
