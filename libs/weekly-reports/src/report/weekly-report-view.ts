import { z } from 'zod';
import { isoWeekSchema } from '../iso-week.js';
import { pageSchema } from '../page.js';
import type { WeeklyReportEntity } from './weekly-report.entity.js';

const hoursSchema = z
  .number()
  .min(0)
  .max(168)
  .multipleOf(0.25)
  .meta({ description: 'Hours worked, in quarters', example: 38.5 });

const summarySchema = z
  .string()
  .trim()
  .min(1)
  .max(10_000)
  .refine((text) => !text.includes('\0') && text.isWellFormed(), 'Must not contain NUL or half a surrogate pair');

export const submitWeeklyReportSchema = z.strictObject({
  user_id: z.uuid(),
  week: isoWeekSchema,
  hours: hoursSchema,
  summary: summarySchema,
});

export const changeWeeklyReportSchema = z
  .strictObject({ hours: hoursSchema.optional(), summary: summarySchema.optional() })
  .refine((change) => Object.keys(change).length > 0, 'Must have "hours", "summary" or both');

export type ChangeWeeklyReport = z.infer<typeof changeWeeklyReportSchema>;

export type SubmitWeeklyReport = z.infer<typeof submitWeeklyReportSchema>;

export const weeklyReportsQuerySchema = pageSchema.extend({ week: isoWeekSchema });

export type WeeklyReportsQuery = z.infer<typeof weeklyReportsQuerySchema>;

export const weeklyReportViewSchema = z.object({
  id: z.uuid(),
  user_id: z.uuid(),
  week: isoWeekSchema,
  hours: z.number(),
  summary: z.string(),
  submitted_at: z.iso.datetime(),
  changed_at: z.iso.datetime(),
});

export type WeeklyReportView = z.infer<typeof weeklyReportViewSchema>;

export const weeklyReportView = (report: WeeklyReportEntity): WeeklyReportView => ({
  id: report.id,
  user_id: report.userId,
  week: report.week,
  hours: report.hours,
  summary: report.summary,
  submitted_at: report.submittedAt.toISOString(),
  changed_at: report.changedAt.toISOString(),
});
