import { defineJob } from '@monstera/jobs';
import { z } from 'zod';
import { reportMonthSchema } from './report-month.js';

/**
 * Builds a month's report and stores it. Running it again replaces the report of that month.
 *
 * The storage is a service of its own, whose outages last for minutes or hours, and a report that is late is still
 * wanted: attempts after 1, 2, 4, 8, 16 and 32 minutes and then each hour, for eight hours in all.
 */
export const monthlyReportGenerator = defineJob({
  type: 'monthly_report_generator',
  payload: z.strictObject({ month: reportMonthSchema }),
  timeoutMs: 300_000,
  maxAttempts: 14,
  retry: { type: 'exponential', initialDelayMs: 60_000, maxDelayMs: 3_600_000 },
});
