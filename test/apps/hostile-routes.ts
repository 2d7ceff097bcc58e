/** No job, worker or operation has it. */
export const ID = '019a0000-0000-7000-8000-000000000000';

/** Each route that takes a body, with a body that is all right. */
export const BODIES: [method: string, path: string, body: Record<string, unknown>][] = [
  [
    'POST',
    'jobs',
    {
      type: 'note',
      payload: { text: 'x' },
      queue: 'default',
      priority: 5,
      scheduledAt: '2030-01-01T00:00:00Z',
      uniqueKey: 'k',
      maxAttempts: 2,
      timeoutMs: 1_000,
      tags: ['a'],
    },
  ],
  ['POST', 'jobs', { type: 'note', payload: { text: 'x' }, delayMs: 1 }],
  ['POST', 'jobs/actions/reschedule', { filter: {}, atMost: 1, to: '2030-01-01T00:00:00Z' }],
  ['POST', 'jobs/actions/reschedule', { filter: {}, byMs: 1 }],
  ['POST', `jobs/${ID}/update`, { payload: { text: 'x' }, scheduledAt: '2030-01-01T00:00:00Z', priority: 1 }],
  ['POST', `jobs/${ID}/reschedule`, { to: '2030-01-01T00:00:00Z' }],
  ['POST', `jobs/${ID}/reschedule`, { byMs: 1 }],
  ['POST', `jobs/${ID}/cancel`, {}],
  ['POST', 'queues/default/pause', { until: '2030-01-01T00:00:00Z' }],
  ['POST', 'workers/concurrency', { concurrency: 1 }],
  ['POST', `workers/${ID}/concurrency`, { concurrency: 1 }],
  [
    'POST',
    'schedules',
    {
      name: 'nightly',
      cron: '0 3 * * *',
      timeZone: 'UTC',
      job: 'note',
      payload: { text: 'x' },
      catchUp: 'latest',
      overlap: 'allow',
      jitterMs: 0,
      startsAt: null,
      endsAt: null,
      times: 3,
    },
  ],
  ['PATCH', 'schedules/nightly', { cron: '0 3 * * *', timeZone: 'UTC', catchUp: { last: 1 } }],
  ['POST', `operations/${ID}/cancel`, {}],
];

/** The fields of a filter in the body of an action. */
export const FILTER = ['type', 'status', 'queue', 'tag', 'key', 'worker', 'error', 'since', 'until', 'ids', 'payload'];
/** Each route with a query, and its keys. */
export const QUERIES: [path: string, names: string[]][] = [
  ['jobs', ['type', 'status', 'queue', 'tag', 'key', 'worker', 'error', 'since', 'until', 'payload', 'limit', 'after']],
  ['jobs/count', ['type', 'payload', 'error']],
  ['jobs/export', ['format', 'atMost', 'key']],
  [`jobs/${ID}/logs`, ['after', 'limit']],
  ['audit', ['limit', 'after']],
  ['errors', ['hours']],
  ['events', ['job']],
  ['operations', ['limit']],
  ['queues', ['search']],
  ['types', ['search', 'limit']],
  ['schedule-times', ['cron', 'timeZone', 'startsAt', 'endsAt', 'count']],
  ['stats/failed', ['hours']],
  ['stats/running-too-long', ['minutes']],
  ['stats/series', ['type', 'queue', 'hours', 'from', 'to', 'everyMs']],
  ['stats/types', ['queue', 'order', 'limit', 'hours']],
];
/** Beside what is tried, so that it is looked at. */
export const BESIDE: Record<string, string> = {
  'schedule-times': 'cron=0%203%20*%20*%20*',
  jobs: 'status=failed',
};
/** Addresses with a part that a user gives. */
export const PLACES = ['jobs/*', 'jobs/*/why', 'jobs/*/logs', 'operations/*', 'schedules/*', 'types/*'];
export const POSTED = ['jobs/*/cancel', 'jobs/*/retry', 'queues/*/pause', 'queues/*/resume', 'workers/*/drain'];
