import { JOB_STATUSES } from '@monstera/jobs';
import { z } from 'zod';

const date = z.iso.datetime();

/** `JobView` as JSON. */
export const jobAnswerSchema = z.object({
  id: z.uuid(),
  type: z.string(),
  queue: z.string(),
  status: z.enum(JOB_STATUSES),
  payload: z.unknown(),
  priority: z.int(),
  attempts: z.int().meta({ description: 'Starts so far that count towards maxAttempts.' }),
  maxAttempts: z.int(),
  timeoutMs: z.int().nullable(),
  uniqueKey: z.string().nullable(),
  progress: z.int().nullable().meta({ description: '0 to 100.' }),
  result: z.unknown(),
  error: z.string().nullable().meta({ description: 'Of the last failed attempt.' }),
  tags: z.array(z.string()),
  scheduledAt: date,
  startedAt: date.nullable(),
  completedAt: date.nullable(),
  createdAt: date,
  updatedAt: date,
  failures: z
    .array(z.object({ attempt: z.int(), error: z.string(), failedAt: date }))
    .meta({ description: 'The last ten failed attempts, oldest first.' }),
});

export const cancelledSchema = z.object({ id: z.uuid(), status: z.enum(['cancelled', 'processing']) });

export const retriedSchema = z.object({ id: z.uuid(), status: z.literal('pending') });
