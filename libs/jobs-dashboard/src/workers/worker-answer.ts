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
        version: z.string().meta({ description: 'Of its application; unknown if nobody has said it.' }),
        queues: z.array(z.string()),
        slots: z.int(),
        wantedSlots: z.int().nullable().meta({ description: 'Set by an operator since it last renewed its lease.' }),
        maxSlots: z.int().nullable().meta({ description: 'The most that its pool of connections allows.' }),
        drainingSince: date.nullable().meta({ description: 'Since when an operator drains it; null: it starts jobs.' }),
        running: z.int().meta({ description: 'Its jobs with the status processing.' }),
        busySlots: z.int().meta({ description: 'Slots that have one of these jobs; never more than slots.' }),
        claimedAhead: z.int().meta({ description: 'Those of these jobs that wait for one of its slots.' }),
        startedAt: date,
        lastSeenAt: date.meta({ description: 'When it last renewed its lease.' }),
        alive: z.boolean(),
      }),
    )
    .meta({ description: 'The living ones first, then those that died in the last hour; at most 1,000.' }),
});

export const steeredWorkersSchema = z.object({
  workers: z.int().meta({ description: 'How many living workers it was.' }),
});

export const concurrencyRequestSchema = z.strictObject({
  concurrency: z.number().meta({ description: 'Jobs at once, 1 to 1,000.' }),
});

export type ConcurrencyRequest = z.output<typeof concurrencyRequestSchema>;
