import type { NewSchedule, SchedulePreview, ScheduleSettings } from '@monstera/jobs';
import { z } from 'zod';

const time = z.iso
  .datetime({ offset: true, error: 'must be a date and time with its zone, such as 2030-01-15T09:00:00+09:00' })
  .transform((text) => new Date(text));

const cron = z.string().meta({ description: 'Five fields, minute first, or six, second first.' });
const timeZone = z.string().optional().meta({ description: "IANA zone. Default: the application's." });

/** Checks what the library does not check: the types of fields, and unknown fields. */
const settings = {
  cron,
  timeZone,
  job: z.string().meta({ description: 'The type of the job that each tick enqueues.' }),
  payload: z.unknown().optional().meta({ description: "Checked against the type's schema. Default {}." }),
  catchUp: z
    .union([z.enum(['none', 'latest', 'all']), z.strictObject({ last: z.int() })])
    .optional()
    .meta({ description: 'Ticks that passed while no process ran. Default latest.' }),
  overlap: z
    .enum(['allow', 'skip', 'replace'])
    .optional()
    .meta({ description: 'What a tick does while a job of an earlier one is unfinished. Default allow.' }),
  jitterMs: z.number().optional().meta({ description: 'A tick fires up to this much later, at random. Default 0.' }),
  startsAt: time.nullable().optional().meta({ description: 'No tick before it. Default: none.' }),
  endsAt: time.nullable().optional().meta({ description: 'No tick after it. Default: none.' }),
  times: z.number().nullable().optional().meta({ description: 'How many ticks fire in all. Default: no limit.' }),
};

export const newScheduleSchema = z.strictObject({ name: z.string(), ...settings });
export const changesSchema = z.strictObject(settings).partial();
export const timesQuerySchema = z.strictObject({
  cron,
  timeZone,
  startsAt: time.optional(),
  endsAt: time.optional(),
  count: z.coerce.number().optional().meta({ description: '1 to 100, of 30 years at most. Default 5.' }),
});

export type NewScheduleRequest = z.output<typeof newScheduleSchema> & NewSchedule;
export type ChangesRequest = z.output<typeof changesSchema> & Partial<ScheduleSettings>;
export type TimesQuery = z.output<typeof timesQuerySchema> & SchedulePreview;
