import { z } from 'zod';

const date = z.iso.datetime();

/** `JobWorkerView` as JSON. */
export const workersAnswerSchema = z.object({
  workers: z
    .array(
      z.object({
        id: z.uuid(),
        host: z.string(),
        pid: z.int(),
        version: z.string().meta({ description: 'Of its application.' }),
        queues: z.array(z.string()),
        slots: z.int(),
        running: z.int().meta({ description: 'Jobs that it runs.' }),
        startedAt: date,
        lastSeenAt: date.meta({ description: 'When it last renewed its lease.' }),
        alive: z.boolean(),
      }),
    )
    .meta({ description: 'The living ones first, then those that died in the last hour; at most 1,000.' }),
});
