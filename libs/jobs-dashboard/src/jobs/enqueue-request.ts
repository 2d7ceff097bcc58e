import { z } from 'zod';

/** Checks what the library does not check: the types of fields, and unknown fields. */
const fields = {
  type: z.string().min(1).max(50).meta({ example: 'weekly_report_reminder' }),
  payload: z.unknown().optional().meta({ description: "Checked against the type's schema. Default {}." }),
  queue: z.string().optional().meta({ description: "Default: the type's." }),
  priority: z.number().optional().meta({ description: "0 runs first, 9 last. Default: the type's." }),
  scheduledAt: z.iso
    .datetime({ offset: true, error: 'must be a date and time with its zone, such as 2024-01-15T09:00:00+09:00' })
    .transform((text) => new Date(text))
    .optional()
    .meta({ description: 'When the job falls due. Not together with delayMs. Default now.' }),
  delayMs: z.number().optional().meta({ description: 'Milliseconds until the job falls due.' }),
  uniqueKey: z.string().optional().meta({ description: 'While an unfinished job of the queue has it, none is added.' }),
  maxAttempts: z.number().optional().meta({ description: "Default: the type's." }),
  timeoutMs: z.number().optional().meta({ description: "Milliseconds. Default: the type's." }),
  tags: z.array(z.string()).optional().meta({ description: 'At most 10 labels.' }),
};

export const enqueueRequestSchema = z.strictObject(fields, { error: describe });

export type EnqueueRequest = z.output<typeof enqueueRequestSchema>;

/** Cancel and retry have no fields. */
export const emptyRequestSchema = z.strictObject({}, { error: describe }).optional();

export const enqueuedSchema = z.object({
  id: z.uuid(),
  type: z.string(),
  duplicate: z.boolean().meta({ description: 'True if an unfinished job had the unique key: the id is its.' }),
});

function describe(issue: { code?: string; keys?: string[] }): string {
  if (issue.code !== 'unrecognized_keys') return 'must be a JSON object';
  return `has unknown fields: ${(issue.keys ?? []).slice(0, 10).map(suggest).join(', ')}`;
}

/** Many services use snake_case, so an unknown field is compared as camelCase. */
function suggest(key: string): string {
  const camel = key.replaceAll(/_([a-z])/g, (_match, letter: string) => letter.toUpperCase());
  const shown = JSON.stringify(key.slice(0, 50));
  return camel !== key && camel in fields ? `${shown} (did you mean "${camel}"?)` : shown;
}
