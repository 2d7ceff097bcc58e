import { defineJob } from '@monstera/jobs';
import { z } from 'zod';
import { reportMonthSchema } from './report-month.js';

/** Builds a month's report and stores it. Running it again replaces the report of that month. */
export const monthlyReportGenerator = defineJob({
  type: 'monthly_report_generator',
  payload: z.strictObject({ month: reportMonthSchema }),
  timeoutMs: 300_000,
});
