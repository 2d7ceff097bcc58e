import { z } from 'zod';

const date = z.iso.datetime();

/** `JobQueue` as JSON. */
export const queueAnswerSchema = z.object({
  name: z.string(),
  paused: z.boolean(),
  pausedAt: date.nullable(),
  pausedUntil: date.nullable().meta({ description: 'When the pause ends by itself; null: never.' }),
  pausedBy: z.string().nullable().meta({ description: 'Null after a pause by SQL.' }),
  pending: z.int(),
  pendingCapped: z.boolean().meta({ description: 'True if there are more pending jobs than are counted.' }),
  oldestDueMs: z
    .number()
    .nullable()
    .meta({ description: 'How long its oldest due job has been due, without those of paused types.' }),
  running: z.int(),
  workers: z.int().meta({ description: 'Living workers that work on it.' }),
  slots: z.int().meta({ description: 'The slots of these workers, which they share with their other queues.' }),
});

/** `JobQueueList` as JSON. */
export const queuesAnswerSchema = z.object({
  queues: z.array(queueAnswerSchema).meta({ description: 'By name, at most 1,000.' }),
  capped: z.boolean().meta({ description: 'True if there are more: those that need least attention are left out.' }),
});
