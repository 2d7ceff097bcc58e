import type { ApiDocsOptions } from '@monstera/jobs-dashboard';
import { VERSION } from '@monstera/monstera';
import { DEMO_USERS, isoWeekOf } from '@monstera/weekly-reports';

const [, remindedUser, reportingUser, changedUser] = DEMO_USERS;

/** Options of the OpenAPI document. `timeZone` decides the ISO week of the examples. */
export function apiDocs(timeZone: string): ApiDocsOptions {
  return {
    title: 'Monstera',
    description: 'Weekly and monthly reports, and the jobs behind them.',
    version: VERSION,
    tags: {
      jobs: 'Jobs: what waits, runs and has failed.',
      'weekly reports': 'What engineers hand in, and who they are.',
      'monthly reports': 'Workbooks of months that are over.',
    },
    examples: examples(new Date(), timeZone),
  };
}

function inAnHour(now: Date): string {
  return new Date(now.getTime() + 3_600_000).toISOString();
}

/** What operators do to workers, queues and types. */
function steering(now: Date): ApiDocsOptions['examples'] {
  const pause = { body: { until: inAnHour(now) } };
  const concurrency = { body: { concurrency: 5 } };
  return { setConcurrencyOfAll: concurrency, setConcurrency: concurrency, pauseQueue: pause, pauseType: pause };
}

/** Requests that work unchanged with the demo users, which exist outside production. */
function examples(now: Date, timeZone: string): ApiDocsOptions['examples'] {
  const week = isoWeekOf(now, timeZone);
  return {
    enqueueJob: { body: { type: 'weekly_report_reminder', payload: { user_id: remindedUser?.id, week } } },
    createSchedule: {
      body: { name: 'quarterly_cleanup', cron: '0 4 1 */3 *', job: 'data_cleanup', payload: { days_to_keep: 30 } },
    },
    changeSchedule: { body: { cron: '30 4 1 */3 *', overlap: 'skip' } },
    previewSchedule: { parameters: { cron: '0 9 * * MON', timeZone: 'Asia/Tokyo' } },
    ...steering(now),
    retryJobs: { body: { filter: { type: 'weekly_report_reminder', status: 'failed' }, atMost: 100 } },
    cancelJobs: { body: { filter: { type: 'data_cleanup', status: 'pending' } } },
    deleteJobs: { body: { filter: { status: 'cancelled', until: '2024-01-01T00:00:00Z' } } },
    runJobsNow: { body: { filter: { type: 'data_cleanup' }, atMost: 1 } },
    rescheduleJobs: { body: { filter: { type: 'data_cleanup' }, to: inAnHour(now) } },
    rescheduleJob: { body: { byMs: 3_600_000 } },
    updateJob: { body: { priority: 0, scheduledAt: inAnHour(now) } },
    replayJobs: { body: { filter: { type: 'monthly_report', status: 'completed' }, atMost: 1 } },
    submitWeeklyReport: {
      body: { user_id: reportingUser?.id, week, hours: 38.5, summary: 'Moved the reports to the new storage.' },
    },
    changeWeeklyReport: { body: { hours: 39.25 } },
    listWeeklyReports: { parameters: { week } },
    createUser: { body: { name: 'Ada Lovelace', email: 'ada@example.com' } },
    changeUser: { parameters: { id: changedUser?.id }, body: { name: 'Demo Engineer IV' } },
    requestMonthlyReport: { body: { month: '2024-01' } },
  };
}
