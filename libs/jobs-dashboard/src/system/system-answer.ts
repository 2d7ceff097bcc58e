import { z } from 'zod';

const date = z.iso.datetime();

/** `JobsSystemView` as JSON, with the environment. */
export const systemAnswerSchema = z.object({
  readAt: date.meta({ description: 'Answers are shared for 30 seconds.' }),
  environment: z.string(),
  versions: z.object({
    library: z.string(),
    application: z.string().meta({ description: 'unknown if nobody has said it.' }),
    node: z.string(),
    postgres: z.string().nullable(),
  }),
  schema: z.object({
    latest: z.string().nullable().meta({ description: 'The last migration that has run.' }),
    pending: z.array(z.string()).nullable().meta({ description: 'Those that have not; null if it is not known.' }),
  }),
  tables: z
    .array(
      z.object({
        name: z.string(),
        rows: z.number(),
        deadRows: z.number(),
        tableBytes: z.number(),
        indexBytes: z.number(),
        vacuumedAt: date.nullable(),
      }),
    )
    .meta({ description: 'The largest first. Rows are estimates of the server.' }),
  indexes: z
    .array(z.object({ name: z.string(), bytes: z.number(), valid: z.boolean() }))
    .meta({ description: 'Of the table of jobs.' }),
  oldestSnapshot: z
    .object({
      kind: z.enum(['session', 'prepared', 'slot']),
      name: z.string(),
      detail: z.string(),
      seconds: z.number(),
    })
    .nullable(),
  findings: z
    .array(
      z.object({
        code: z.string(),
        severity: z.enum(['problem', 'advice']),
        what: z.string(),
        remedy: z.string().meta({ description: 'A sentence, or commands and SQL to run as they stand.' }),
      }),
    )
    .meta({ description: 'What the doctor has found, problems first.' }),
});
