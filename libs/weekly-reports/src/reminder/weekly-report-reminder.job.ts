import { defineJob } from '@monstera/jobs';
import { z } from 'zod';
import { isoWeekSchema } from '../iso-week.js';

/**
 * Mails a user who has not submitted the report of a week. After `remind_until` the reminder is no longer sent. Without it
 * there is no limit.
 *
 * A mail server can defer mails for hours (greylisting). So there are 60 attempts with a backoff of 1, 2, 4, 8, 16 and then
 * 30 minutes, which cover more than a day. RFC 5321, section 4.5.3.2, allows the server 5 minutes for the greeting and each
 * command, and 10 minutes for the answer to the mail. The timeout is longer.
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

/** The unique key of a reminder's job: one unfinished job per user and week. */
export const reminderKey = (userId: string, week: string): string => `${userId.toLowerCase()}:${week}`;
