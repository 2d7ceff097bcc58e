import { z } from 'zod';

const date = z.iso.datetime();

/** `JobTypeView` as JSON. */
const typeSchema = z.object({
  type: z.string(),
  queue: z.string(),
  priority: z.int(),
  maxAttempts: z.int(),
  timeoutMs: z.int(),
  paused: z.boolean(),
  pausedAt: date.nullable(),
  pausedUntil: date.nullable().meta({ description: 'When the pause ends by itself; null: never.' }),
  pausedBy: z.string().nullable().meta({ description: 'Null after a pause by SQL.' }),
  known: z.boolean().meta({ description: 'Whether the process that answers has its definition, and can enqueue it.' }),
});

/** `JobTypeList` as JSON. */
export const typesAnswerSchema = z.object({
  types: z.array(typeSchema).meta({ description: 'By name.' }),
  total: z.int().meta({ description: 'How many match.' }),
  capped: z.boolean().meta({ description: 'True if there are more than were asked for.' }),
});

/** `JobTypeDetails` as JSON. */
export const typeAnswerSchema = typeSchema.extend({
  schema: z
    .record(z.string(), z.unknown())
    .nullable()
    .meta({ description: 'What its payload may be, as JSON Schema; null if that is not known.' }),
});
