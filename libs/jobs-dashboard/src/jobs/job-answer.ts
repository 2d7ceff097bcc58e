import { JOB_STATUSES } from '@monstera/jobs';
import { z } from 'zod';

const date = z.iso.datetime();

/** `JobView` as JSON. */
export const jobAnswerSchema = z.object({
  id: z.uuid(),
  type: z.string(),
  queue: z.string(),
  status: z.enum(JOB_STATUSES),
  payload: z.unknown().meta({ description: 'As it is stored, with all digits of its numbers.' }),
  payloadHidden: z.boolean().meta({ description: 'True if this request may not see the payload and the result.' }),
  priority: z.int(),
  attempts: z.int().meta({ description: 'Starts so far that count towards maxAttempts.' }),
  maxAttempts: z.int(),
  timeoutMs: z.int().nullable(),
  uniqueKey: z.string().nullable(),
  progress: z.int().nullable().meta({ description: '0 to 100.' }),
  progressNote: z.string().nullable().meta({ description: 'What the handler says about its progress.' }),
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

/** `JobPage` as JSON. */
export const jobPageSchema = z.object({
  jobs: z
    .array(
      jobAnswerSchema.omit({
        payload: true,
        progressNote: true,
        result: true,
        failures: true,
        timeoutMs: true,
        updatedAt: true,
        payloadHidden: true,
      }),
    )
    .meta({ description: 'Newest first. The error is cut after 1,000 characters.' }),
  next: z.string().nullable().meta({ description: 'For `after` of the next page; null on the last one.' }),
  capped: z.boolean().meta({ description: 'True if 100,000 jobs were looked at and there are more behind `next`.' }),
});

export const jobCountSchema = z.object({
  count: z.int(),
  capped: z.boolean().meta({ description: 'True if there may be more.' }),
});

export const cancelledSchema = z.object({ id: z.uuid(), status: z.enum(['cancelled', 'processing']) });

export const retriedSchema = z.object({ id: z.uuid(), status: z.literal('pending') });

/** `JobLog` as JSON. */
export const jobLogSchema = z.object({
  lines: z
    .array(
      z.object({
        line: z.int().meta({ description: 'Its number among all lines of the job.' }),
        attempt: z.int(),
        loggedAt: date,
        message: z.string(),
        fields: z.record(z.string(), z.unknown()).nullable(),
      }),
    )
    .meta({ description: 'Oldest first.' }),
  total: z.int().meta({ description: 'Lines that the job has logged so far.' }),
  dropped: z.int().meta({ description: 'How many of them were dropped, because a job keeps its last 1,000.' }),
});

/** `WhyNotRunning` as JSON. */
export const whyAnswerSchema = z.object({
  code: z
    .string()
    .meta({ description: 'Such as not_due, queue_paused, no_worker_for_queue, all_slots_busy, running.' }),
  words: z.string().meta({ description: 'The reason for people, and what can be done.' }),
  details: z.record(z.string(), z.unknown()).meta({ description: 'The facts behind the reason. Times are texts.' }),
});
