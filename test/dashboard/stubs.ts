import type { Page } from 'playwright-core';
import { API } from '../apps/admin-host.js';
import { ID, OPERATION } from './stubbed-operation.js';
import { DAY_SERIES, SERIES, TYPES } from './stubbed-statistics.js';
import { INVOICE, JOB_TYPES, SYSTEM, WORKERS } from './stubs-tools.js';

const NOW = Date.now();
const ago = (seconds: number) => new Date(NOW - seconds * 1_000).toISOString();
const ahead = (hours: number) => new Date(NOW + hours * 3_600_000).toISOString();

export const OVERVIEW = {
  status: 'degraded',
  reasons: [
    { code: 'QUEUE_WITHOUT_WORKER', message: 'No worker takes jobs from the queue "reports", where 3 jobs are due.' },
  ],
  pending: 10_000,
  pendingCapped: true,
  running: 12,
  failedLastDay: 231,
  failedCapped: false,
  oldestDueMs: 754_000,
  queues: 3,
  workers: 2,
  version: '0.1.0',
  role: 'operator',
  environment: 'staging',
};

const queue = {
  name: 'default',
  paused: false,
  pausedAt: null,
  pausedUntil: null,
  pausedBy: null,
  pending: 10_000,
  pendingCapped: true,
  oldestDueMs: 1_200,
  running: 10,
  workers: 2,
  slots: 20,
};

const QUEUES = [
  queue,
  {
    ...queue,
    name: 'mail',
    paused: true,
    pausedAt: ago(90),
    pausedUntil: ahead(2),
    pausedBy: 'ada@example.com',
    pending: 17,
    pendingCapped: false,
    oldestDueMs: 92_000,
  },
  {
    ...queue,
    name: 'reports',
    pending: 3,
    pendingCapped: false,
    oldestDueMs: 754_000,
    workers: 0,
    slots: 0,
    running: 0,
  },
];

/** What a method with @ScheduledJob has of the settings of others. */
const method = {
  job: null,
  declared: null,
  overlap: 'allow',
  jitterMs: 0,
  startsAt: null,
  endsAt: null,
  times: null,
  timesLeft: null,
  endedAt: null,
  setBy: null,
};

export const SCHEDULES = [
  {
    name: 'nightly_digest',
    cron: '0 3 * * *',
    timeZone: 'Asia/Tokyo',
    catchUp: 'latest',
    ...method,
    nextRunAt: ahead(5),
    next: [5, 29, 53, 77, 101].map(ahead),
    lastPlannedAt: ago(68_400),
    failures: 0,
    lastError: null,
    pausedAt: null,
    pausedBy: null,
    held: true,
    ticks: [
      { plannedAt: ago(68_400), firedAt: ago(68_399), outcome: 'fired', jobId: null, error: null },
      { plannedAt: ago(154_800), firedAt: ago(154_500), outcome: 'failed', jobId: null, error: 'Error: no printer' },
    ],
  },
  {
    name: 'hourly_sync',
    cron: '0 * * * *',
    timeZone: 'UTC',
    catchUp: 'all',
    ...method,
    declared: { cron: '30 * * * *', timeZone: 'UTC' },
    setBy: 'ada@example.com',
    nextRunAt: null,
    next: [],
    lastPlannedAt: null,
    failures: 3,
    lastError: 'connect ECONNREFUSED 10.0.0.7:5432',
    pausedAt: ago(600),
    pausedBy: 'ada@example.com',
    held: true,
    ticks: [],
  },
  {
    name: 'quarterly_report',
    cron: '0 9 1 JAN,APR,JUL,OCT *',
    timeZone: 'Europe/Berlin',
    ...method,
    job: 'quarterly_report',
    catchUp: { last: 3 },
    overlap: 'skip',
    jitterMs: 30_000,
    endsAt: ahead(9_000),
    times: 12,
    timesLeft: 7,
    nextRunAt: ahead(700),
    next: [700, 2_900].map(ahead),
    lastPlannedAt: ago(90_000),
    failures: 0,
    lastError: null,
    pausedAt: null,
    pausedBy: null,
    held: true,
    ticks: [
      { plannedAt: ago(90_000), firedAt: ago(89_990), outcome: 'skipped', jobId: ID, error: null },
      { plannedAt: ago(190_000), firedAt: ago(189_990), outcome: 'fired', jobId: ID, error: null },
    ],
  },
];

const GROUPS = [
  {
    fingerprint: 'a',
    type: 'mail',
    message: 'connect ECONNREFUSED <n>',
    search: 'connect ECONNREFUSED',
    count: 1_204,
    lastAt: ago(30),
    sampleJobId: ID,
  },
  {
    fingerprint: 'b',
    type: 'report',
    message: 'User <n> has no address',
    search: 'has no address',
    count: 2,
    lastAt: ago(3_000),
    sampleJobId: ID,
  },
];

const ENTRIES = [
  {
    id: '2',
    actor: 'ada@example.com',
    action: 'job.retry',
    jobId: ID,
    details: { status: 'pending' },
    createdAt: ago(40),
  },
  { id: '1', actor: 'admin token', action: 'queue.pause', jobId: null, details: { queue: 'mail' }, createdAt: ago(90) },
];

/** What routes answer that the screens of the fleet read. */
const ANSWERS: Record<string, unknown> = {
  overview: OVERVIEW,
  queues: { queues: QUEUES },
  workers: {
    workers: WORKERS,
  },
  schedules: { schedules: SCHEDULES },
  system: SYSTEM,
  types: { types: JOB_TYPES, total: 3, capped: false },
  'types/send_invoice': INVOICE,
  errors: { groups: GROUPS, capped: true },
  audit: { entries: ENTRIES, next: '1' },
  'stats/types': TYPES,
  operations: { operations: [OPERATION] },
  [`operations/${ID}`]: OPERATION,
};

/** Answers the routes of the fleet with a believable day, or as `answers` says. */
export async function stubFleet(page: Page, answers: Record<string, unknown> = {}): Promise<void> {
  for (const [name, answer] of Object.entries({ ...ANSWERS, ...answers }))
    await page.route(new RegExp(`${API}/${name}(\\?.*)?$`), (route) => route.fulfill({ json: answer }));
  await page.route(new RegExp(`${API}/stats/series`), (route) =>
    route.fulfill({ json: new URL(route.request().url()).searchParams.get('hours') === '1' ? SERIES : DAY_SERIES }),
  );
  await page.route(new RegExp(`${API}/jobs/[^/]+/why$`), (route) =>
    route.fulfill({ json: { code: 'no_worker_for_queue', words: 'No worker takes jobs from the queue "default".' } }),
  );
}

/** Answers routes as a server does that does not have them. */
export async function withoutRoutes(page: Page, names: readonly string[]): Promise<void> {
  for (const name of names)
    await page.route(new RegExp(`${API}/${name}(\\?.*)?$`), (route) =>
      route.fulfill({ status: 404, json: { statusCode: 404, error: 'Not Found', message: `Cannot GET /${name}` } }),
    );
}
