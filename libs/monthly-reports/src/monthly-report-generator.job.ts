import { defineJob } from '@monstera/jobs';
import { z } from 'zod';
import { reportMonthSchema } from './report-month.js';

/**
 * Builds a month's report and stores it. Running it again replaces the report of that month.
 *
 * Outages of the storage can last for hours, and a late report is still useful. So the backoff is 1, 2, 4, 8, 16 and 32
 * minutes and then an hour. The attempts cover about eight hours.
 */
export const monthlyReportGenerator = defineJob({
  type: 'monthly_report_generator',
  payload: z.strictObject({ month: reportMonthSchema }),
  timeoutMs: 300_000,
  maxAttempts: 14,
  retry: { type: 'exponential', initialDelayMs: 60_000, maxDelayMs: 3_600_000 },
});
