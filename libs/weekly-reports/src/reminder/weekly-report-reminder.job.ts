import { defineJob } from '@monstera/jobs';
import { z } from 'zod';
import { isoWeekSchema } from '../iso-week.js';

/**
 * Mails a user who has not handed in the report of a week. `remind_until`: from then on the reminder is not sent any
 * more; without it there is no end.
 *
 * A mail server may put mails off for hours (greylisting): 60 attempts after 1, 2, 4, 8, 16 and then every 30 minutes
 * last for more than a day. The timeout leaves room for the 5 minutes that the greeting and each command may take, and
 * for the 10 minutes of the answer to the mail itself (RFC 5321, section 4.5.3.2).
 */
export const weeklyReportReminder = defineJob({
  type: 'weekly_report_reminder',
  payload: z.object({
    user_id: z.uuid(),
    week: isoWeekSchema,
    remind_until: z.iso.datetime({ offset: true }).optional(),
  }),
  queue: 'mail',
  maxAttempts: 60,
  timeoutMs: 30 * 60_000,
  retry: { type: 'exponential', initialDelayMs: 60_000, maxDelayMs: 30 * 60_000 },
});

/** The unique key of a reminder's job: one per user and week is pending or running at a time. */
export const reminderKey = (userId: string, week: string): string => `${userId.toLowerCase()}:${week}`;
