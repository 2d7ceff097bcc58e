import { z } from 'zod';

const date = z.iso.datetime();

const catchUp = z.union([z.enum(['none', 'latest', 'all']), z.object({ last: z.int() })]);

const tick = z.object({
  plannedAt: date,
  firedAt: date.meta({ description: 'When it fired, or was last tried.' }),
  outcome: z.enum(['fired', 'skipped', 'replaced', 'failed']),
  jobId: z.string().nullable().meta({ description: 'The job that it has added, or for which it was skipped.' }),
  error: z.string().nullable().meta({ description: 'Of the last try that failed, cut after 1,000 characters.' }),
});

/** `JobScheduleView` as JSON. */
export const scheduleAnswerSchema = z.object({
  name: z.string(),
  cron: z.string().meta({ description: 'The text in force.' }),
  timeZone: z.string(),
  catchUp,
  job: z.string().nullable().meta({ description: 'The type that it enqueues; null for a method with @ScheduledJob.' }),
  declared: z
    .object({ cron: z.string(), timeZone: z.string() })
    .nullable()
    .meta({ description: 'What @ScheduledJob says, if an operator has replaced it.' }),
  overlap: z.enum(['allow', 'skip', 'replace']),
  jitterMs: z.int(),
  startsAt: date.nullable(),
  endsAt: date.nullable(),
  times: z.int().nullable().meta({ description: 'How many ticks fire in all; null: no limit.' }),
  timesLeft: z.int().nullable(),
  endedAt: date.nullable().meta({ description: 'When it was found that no tick is left.' }),
  setAt: date.nullable().meta({ description: 'When it was made or changed last.' }),
  setBy: z.string().nullable(),
  held: z.boolean().meta({ description: 'Whether a running process has it. If not, it does not fire.' }),
  paused: z.boolean(),
  pausedAt: date.nullable(),
  pausedBy: z.string().nullable().meta({ description: 'Null after a pause by SQL.' }),
  nextRunAt: date.nullable().meta({ description: 'Null while it is paused, and once it has ended.' }),
  next: z.array(date).meta({ description: 'The next five times. None while it is paused.' }),
  runRequestedAt: date.nullable().meta({ description: 'A run that was asked for and has not fired yet.' }),
  lastPlannedAt: date.nullable(),
  failures: z.int().meta({ description: 'Failed tries since it last fired.' }),
  lastError: z.string().nullable().meta({ description: 'Of the last failed try, cut after 1,000 characters.' }),
  ticks: z.array(tick).meta({ description: 'The last five, the latest first.' }),
  readAt: date.meta({ description: "When this was read, by the database's clock." }),
});

/** With the last hundred ticks and the payload. */
export const wholeScheduleAnswerSchema = scheduleAnswerSchema.extend({
  ticks: z.array(tick).meta({ description: 'The last hundred, the latest first.' }),
  payload: z.unknown().meta({ description: 'Of each job; null for a method with @ScheduledJob.' }),
});

export const schedulesAnswerSchema = z.object({
  schedules: z.array(scheduleAnswerSchema).meta({ description: 'By name, at most 1,000.' }),
});

export const timesAnswerSchema = z.object({ times: z.array(date) });

export const removedAnswerSchema = z.object({ name: z.string(), removed: z.boolean() });
