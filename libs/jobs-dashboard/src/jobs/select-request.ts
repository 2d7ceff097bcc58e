import { InvalidJobOptionError, JOB_STATUSES, type JobFilter } from '@monstera/jobs';
import { z } from 'zod';

/** A query has one value of a key as a text, and several as a list. */
const oneOrMany = <T extends z.ZodType>(value: T) => z.union([value, z.array(value)]).optional();

const time = z.iso.datetime({ offset: true });

/** What a query and the body of an action can both select by. */
export const selectionFields = {
  type: oneOrMany(z.string()).meta({ description: 'Give a key several times for one of several values.' }),
  status: oneOrMany(z.enum(JOB_STATUSES)),
  queue: oneOrMany(z.string()),
  tag: oneOrMany(z.string()).meta({ description: 'The job has all of them.' }),
  key: z.string().optional().meta({ description: 'Its unique key.' }),
  worker: z.uuid().optional().meta({ description: 'The worker that runs it.' }),
  error: z.string().optional().meta({ description: 'A part of its error, in upper or lower case.' }),
  since: time.optional().meta({ description: 'Created at this time or later.' }),
  until: time.optional().meta({ description: 'Created before this time.' }),
};

export const countQuerySchema = z.strictObject({
  ...selectionFields,
  payload: z.string().optional().meta({ description: 'JSON of fields that its payload has: {"user_id":7}' }),
});

export const listQuerySchema = countQuerySchema.extend({
  limit: z.coerce.number().optional().meta({ description: 'Jobs of a page, 1 to 1,000. Default 50.' }),
  after: z.string().optional().meta({ description: 'The `next` of the page before.' }),
});

export const logQuerySchema = z.strictObject({
  after: z.coerce
    .number()
    .optional()
    .meta({ description: 'The lines after the one with this number. Default: the last.' }),
  limit: z.coerce.number().optional().meta({ description: 'How many lines, 1 to 1,000. Default 100.' }),
});

export type LogQuery = z.infer<typeof logQuerySchema>;
export type CountQuery = z.infer<typeof countQuerySchema>;
export type ListQuery = z.infer<typeof listQuerySchema>;

/** Throws `InvalidJobOptionError` if the payload is not JSON. */
export function toFilter({ tag, payload, since, until, ...fields }: CountQuery): JobFilter {
  return {
    ...fields,
    ...(tag !== undefined && { tags: [tag].flat() }),
    ...(payload !== undefined && { payload: parsePayload(payload) }),
    ...(since !== undefined && { since: new Date(since) }),
    ...(until !== undefined && { until: new Date(until) }),
  };
}

/** Whether it is an object, the library says. */
function parsePayload(text: string): Record<string, unknown> {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    throw new InvalidJobOptionError('payload', 'is not JSON', 'Give a JSON object, such as {"user_id":7}.');
  }
}
