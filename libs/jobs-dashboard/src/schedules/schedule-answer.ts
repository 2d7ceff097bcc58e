import { z } from 'zod';

const date = z.iso.datetime();

/** `JobScheduleView` as JSON. */
export const scheduleAnswerSchema = z.object({
  name: z.string(),
  cron: z.string(),
  timeZone: z.string(),
  catchUp: z.enum(['none', 'latest', 'all']),
  held: z.boolean().meta({ description: 'Whether a running process has it. If not, it does not fire.' }),
  paused: z.boolean(),
  pausedAt: date.nullable(),
  pausedBy: z.string().nullable().meta({ description: 'Null after a pause by SQL.' }),
  nextRunAt: date.nullable().meta({ description: 'Null while it is paused.' }),
  next: z.array(date).meta({ description: 'The next five times. None while it is paused.' }),
  runRequestedAt: date.nullable().meta({ description: 'A run that was asked for and has not fired yet.' }),
  lastPlannedAt: date.nullable(),
  failures: z.int().meta({ description: 'Failed tries since it last fired.' }),
  lastError: z.string().nullable().meta({ description: 'Of the last failed try, cut after 1,000 characters.' }),
  ticks: z
    .array(z.object({ plannedAt: date, firedAt: date }))
    .meta({ description: 'The last five that fired, the latest first.' }),
  readAt: date.meta({ description: "When this was read, by the database's clock." }),
});

export const schedulesAnswerSchema = z.object({
  schedules: z.array(scheduleAnswerSchema).meta({ description: 'By name, at most 1,000.' }),
});
