import { defineJob } from '@monstera/jobs';
import { z } from 'zod';
import { isoWeekSchema } from '../iso-week.js';

/** Mails a user who has not handed in the report of a week. */
export const weeklyReportReminder = defineJob({
  type: 'weekly_report_reminder',
  payload: z.object({ user_id: z.uuid(), week: isoWeekSchema }),
  queue: 'mail',
  maxAttempts: 5,
  timeoutMs: 60_000,
  retry: { type: 'exponential', initialDelayMs: 1_000, maxDelayMs: 16_000 },
});

/** The unique key of a reminder's job: one per user and week is pending or running at a time. */
export const reminderKey = (userId: string, week: string): string => `${userId.toLowerCase()}:${week}`;
