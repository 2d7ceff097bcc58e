import type { ActionResult, JobFilter } from '@monstera/jobs';
import { z } from 'zod';
import { newTimeFields } from './edit-request.js';
import { selectionFields, toFilter } from './select-request.js';

const MAX_IDS = 1_000;
const MAX_AT_MOST = 1_000_000;

const filterSchema = z.strictObject({
  ...selectionFields,
  payload: z.record(z.string(), z.unknown()).optional().meta({ description: 'Fields that its payload has.' }),
  ids: z
    .array(z.guid())
    .min(1)
    .max(MAX_IDS)
    .optional()
    .meta({ description: 'Only these jobs. They are found however old they are.' }),
});

export const actionRequestSchema = z.strictObject({
  filter: filterSchema.meta({ description: 'Which jobs: those that match every field. {} means all.' }),
  atMost: z.int().min(1).max(MAX_AT_MOST).optional().meta({
    description:
      'How many jobs to change; the newest are first. Default 1,000. If more than 1,000 match, it goes on in the background.',
  }),
});

export type ActionRequest = z.infer<typeof actionRequestSchema>;

export const rescheduleManySchema = actionRequestSchema.extend(newTimeFields);

export type RescheduleManyRequest = z.output<typeof rescheduleManySchema>;

export const actionResultSchema = z.object({
  changed: z.int().meta({ description: 'Jobs that were changed, or added.' }),
  skipped: z.int().meta({
    description: 'Jobs that match but were left as they were: held by others, unique key taken, or in another status.',
  }),
  refused: z.int().meta({
    description: 'Jobs that match but that the database refuses to change, such as by a trigger or a constraint.',
  }),
  refusal: z.string().optional().meta({ description: 'Why, for the first of them.' }),
  more: z.boolean().meta({ description: 'Whether jobs that match were left because of atMost.' }),
  operation: z.uuid().optional().meta({
    description: 'Set if nothing is changed yet: the operation that does it in the background.',
  }),
}) satisfies z.ZodType<ActionResult>;

export function toActionFilter({ payload, ids, ...fields }: ActionRequest['filter']): JobFilter {
  return { ...toFilter(fields), ...(payload !== undefined && { payload }), ...(ids !== undefined && { ids }) };
}
