import { InvalidJobOptionError, type JobUpdate, type RescheduleTo, type UpdatedJob } from '@monstera/jobs';
import { z } from 'zod';

const timeError = 'must be a date and time with its zone, such as 2030-01-15T09:00:00+09:00';

const time = z.iso.datetime({ offset: true, error: timeError }).transform((text) => new Date(text));

/** Either of both, as the fields of a body. */
export const newTimeFields = {
  to: time.optional().meta({ description: 'When the jobs fall due. A time that has passed means now.' }),
  byMs: z.number().optional().meta({
    description: 'Instead of `to`: milliseconds to put off by; negative for earlier.',
  }),
};

export const rescheduleRequestSchema = z.strictObject(newTimeFields);

export type RescheduleRequest = z.output<typeof rescheduleRequestSchema>;

export const updateRequestSchema = z.strictObject({
  payload: z.unknown().optional().meta({ description: "Replaces the payload. Checked against the type's schema." }),
  scheduledAt: time.optional().meta({ description: 'When the job falls due. A time that has passed means now.' }),
  priority: z.number().optional().meta({ description: '0 runs first, 9 last.' }),
});

export type UpdateRequest = z.output<typeof updateRequestSchema>;

export const updatedSchema = z.object({
  id: z.uuid(),
  status: z.literal('pending'),
  scheduledAt: z.iso.datetime(),
  priority: z.int(),
}) satisfies z.ZodType<Omit<UpdatedJob, 'scheduledAt'> & { scheduledAt: string }>;

/** Throws `InvalidJobOptionError` unless the body has one of both. */
export function toNewTime({ to, byMs }: RescheduleRequest): RescheduleTo {
  if ((to === undefined) === (byMs === undefined))
    throw new InvalidJobOptionError('to', 'give either to or byMs', 'Send a time as `to`, or milliseconds as `byMs`.');
  return to ?? { byMs: byMs! };
}

/** The fields that the body has. */
export function toUpdate(body: UpdateRequest): JobUpdate {
  return Object.fromEntries(Object.entries(body).filter(([, value]) => value !== undefined));
}
