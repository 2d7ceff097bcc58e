import { z } from 'zod';

const date = z.iso.datetime();

/** `JobOperation` as JSON. */
export const operationAnswerSchema = z.object({
  id: z.uuid(),
  action: z.string().meta({ description: 'Such as retry, or run_now.' }),
  details: z.record(z.string(), z.unknown()).meta({ description: 'Which jobs. Of payloads only the names of fields.' }),
  actor: z.string().nullable().meta({ description: 'Who asked for it.' }),
  status: z.enum(['pending', 'processing', 'completed', 'failed', 'cancelled']),
  changed: z.int().meta({ description: 'Jobs that were changed so far.' }),
  skipped: z.int().meta({ description: 'Jobs that matched but were left as they were, so far.' }),
  refused: z.int().meta({ description: 'Jobs that matched but that the database refuses to change, so far.' }),
  refusal: z.string().nullable().meta({ description: 'Why, for the first of them.' }),
  total: z.int().meta({ description: 'How many jobs matched when it was asked for.' }),
  totalCapped: z.boolean().meta({ description: 'True if more may have matched.' }),
  error: z.string().nullable().meta({ description: 'Why its last batch did not succeed; null if it did.' }),
  createdAt: date,
  startedAt: date.nullable(),
  updatedAt: date,
  endedAt: date.nullable(),
  endedBy: z.string().nullable().meta({ description: 'Who cancelled it.' }),
});

export const operationsAnswerSchema = z.object({
  operations: z.array(operationAnswerSchema).meta({ description: 'Those that have not ended, and then the newest.' }),
});

export const operationsQuerySchema = z.strictObject({
  limit: z.coerce.number().optional().meta({ description: '1 to 200. Default 20.' }),
});
