import { randomUUID } from 'node:crypto';
import { DataSource } from 'typeorm';
import { API, startOperatedHost, tablesOf } from './admin-host.js';
import { useStarted } from '../support/use-started.js';

describe('the admin API', () => {
  const host = useStarted((url) => startOperatedHost(url));
  const tables = tablesOf(host);

  afterEach(() => tables.clear());

  describe('stats', () => {
    it('answers each of the three questions', async () => {
      await tables.insert('failed');
      await tables.insert('pending');
      await host
        .get(DataSource)
        .query(
          `insert into jobs (type, status, worker_id, started_at) values ('held', 'processing', $1, now() - interval '1 hour')`,
          [randomUUID()],
        );
      const get = async (path: string) => (await host.http.get(`${API}/stats/${path}`).expect(200)).body;
      const one = { counts: [{ type: 'data_cleanup', count: 1 }], total: 1, capped: false };

      expect(await get('failed')).toEqual(one);
      expect(await get('failed?hours=48')).toEqual(one);
      expect(await get('pending')).toEqual(one);
      expect(await get('running-too-long')).toMatchObject({ jobs: [{ type: 'held', host: null }], total: 1 });
      expect(await get('running-too-long?minutes=90')).toEqual({ jobs: [], total: 0, capped: false });
    });

    it('tells what ran over time, in steps and by type', async () => {
      await host.get(DataSource).query(
        `insert into job_stats
           (type, queue, span_s, starts_at, completed, retried, failed, cancelled, wait_ms, run_ms, waits, runs)
         select type, queue, 60, date_bin(interval '1 minute', now() - interval '10 minutes', timestamptz 'epoch'),
           3, 1, 0, 0, 12, 400, '{0,0,0,0,4}', '{0,0,0,0,0,4}'
         from (values ('mail', 'default'), ('', 'default'), ('', '')) as t (type, queue)`,
      );
      const get = async (path: string) => (await host.http.get(`${API}/stats/${path}`).expect(200)).body;
      const figures = {
        completed: 3,
        retried: 1,
        failed: 0,
        cancelled: 0,
        failureShare: 0.25,
        busyMs: 400,
        waitMs: { p50: 1.125, p95: 1.125, p99: 1.125 },
        runMs: { p50: 1.375, p95: 1.375, p99: 1.375 },
      };

      const series = await get('series?hours=1&type=mail');
      expect(series).toMatchObject({ everyMs: 60_000, total: figures });
      expect(series.points.length).toBeGreaterThanOrEqual(59);
      expect(series.points.filter(({ completed }: { completed: number }) => completed > 0)).toEqual([
        { at: expect.any(String), partial: false, ...figures },
      ]);
      expect(await get('series?hours=24')).toMatchObject({ everyMs: 600_000, total: figures });
      expect(await get('types?hours=2')).toMatchObject({ types: [{ type: 'mail', ...figures }], capped: false });
      expect(await get('types?hours=2&queue=bulk')).toMatchObject({ types: [], capped: false });
    });

    it.each([
      ['failed?hours=0', 'JOBS_INVALID_OPTION', 'hours'],
      ['failed?hours=soon', 'JOBS_INVALID_REQUEST', 'hours'],
      ['running-too-long?minutes=-1', 'JOBS_INVALID_OPTION', 'minutes'],
      ['running-too-long?minutes=1&minutes=2', 'JOBS_INVALID_REQUEST', 'minutes'],
      ['series?everyMs=1', 'JOBS_INVALID_OPTION', 'everyMs'],
      ['series?hours=0', 'JOBS_INVALID_REQUEST', 'hours'],
      ['series?hours=1e9', 'JOBS_INVALID_REQUEST', 'hours'],
      ['series?hours=1&from=2026-01-01T00:00:00Z', 'JOBS_INVALID_REQUEST', 'hours'],
      ['series?from=yesterday', 'JOBS_INVALID_REQUEST', 'from'],
      ['series?from=2999-01-01T00:00:00Z', 'JOBS_INVALID_OPTION', 'from'],
      ['series?type=', 'JOBS_INVALID_OPTION', 'type'],
      ['series?type=a&type=b', 'JOBS_INVALID_REQUEST', 'type'],
      ['types?limit=501', 'JOBS_INVALID_OPTION', 'limit'],
      ['types?order=name', 'JOBS_INVALID_REQUEST', 'order'],
    ])('refuses %s', async (path, errorCode, where) => {
      const { body } = await host.http.get(`${API}/stats/${path}`).expect(400);
      expect(body).toMatchObject({ errorCode, issues: [{ path: where }] });
    });
  });

  it('tells nothing of the database when it fails', async () => {
    const dataSource = host.get(DataSource);
    await dataSource.query('alter table job_audit rename to job_audit_away');
    const { body } = await host.http
      .post(`${API}/jobs`)
      .send({ type: 'data_cleanup', payload: { days_to_keep: 90 } })
      .expect(500);
    await dataSource.query('alter table job_audit_away rename to job_audit');

    expect(body).toEqual({
      type: 'about:blank',
      title: 'Internal Server Error',
      status: 500,
      detail: 'Something went wrong on the server.',
      errorCode: 'JOBS_INTERNAL_ERROR',
      issues: [],
      fix: 'The log of the server has the details.',
    });
    expect(await tables.countJobs()).toBe(0);
  });

  it('documents every route with an operation id that stays', async () => {
    const { body } = await host.http.get('/docs-json').expect(200);
    const routes = Object.entries<Record<string, { operationId: string; tags: string[] }>>(body.paths)
      .filter(([path]) => path.startsWith(API))
      .flatMap(([path, methods]) =>
        Object.entries(methods).map(
          ([method, { operationId, tags }]) => `${tags.join()} ${operationId}: ${method} ${path}`,
        ),
      );

    expect(routes.sort()).toEqual([
      'jobs cancelJob: post /jobs/api/v1/jobs/{id}/cancel',
      'jobs cancelJobs: post /jobs/api/v1/jobs/actions/cancel',
      'jobs cancelOperation: post /jobs/api/v1/operations/{id}/cancel',
      'jobs changeSchedule: patch /jobs/api/v1/schedules/{name}',
      'jobs countFailedJobs: get /jobs/api/v1/stats/failed',
      'jobs countJobs: get /jobs/api/v1/jobs/count',
      'jobs countPendingJobs: get /jobs/api/v1/stats/pending',
      'jobs createSchedule: post /jobs/api/v1/schedules',
      'jobs deleteJobs: post /jobs/api/v1/jobs/actions/delete',
      'jobs drainWorker: post /jobs/api/v1/workers/{id}/drain',
      'jobs enqueueJob: post /jobs/api/v1/jobs',
      'jobs explainJob: get /jobs/api/v1/jobs/{id}/why',
      'jobs exportJobs: get /jobs/api/v1/jobs/export',
      'jobs getJob: get /jobs/api/v1/jobs/{id}',
      'jobs getOperation: get /jobs/api/v1/operations/{id}',
      'jobs getOverview: get /jobs/api/v1/overview',
      'jobs getSchedule: get /jobs/api/v1/schedules/{name}',
      'jobs getSystem: get /jobs/api/v1/system',
      'jobs getType: get /jobs/api/v1/types/{type}',
      'jobs listAudit: get /jobs/api/v1/audit',
      'jobs listErrors: get /jobs/api/v1/errors',
      'jobs listJobLog: get /jobs/api/v1/jobs/{id}/logs',
      'jobs listJobs: get /jobs/api/v1/jobs',
      'jobs listJobsRunningTooLong: get /jobs/api/v1/stats/running-too-long',
      'jobs listOperations: get /jobs/api/v1/operations',
      'jobs listQueues: get /jobs/api/v1/queues',
      'jobs listSchedules: get /jobs/api/v1/schedules',
      'jobs listTypes: get /jobs/api/v1/types',
      'jobs listWorkers: get /jobs/api/v1/workers',
      'jobs pauseQueue: post /jobs/api/v1/queues/{name}/pause',
      'jobs pauseSchedule: post /jobs/api/v1/schedules/{name}/pause',
      'jobs pauseType: post /jobs/api/v1/types/{type}/pause',
      'jobs previewSchedule: get /jobs/api/v1/schedule-times',
      'jobs readStatistics: get /jobs/api/v1/stats/series',
      'jobs readStatisticsByType: get /jobs/api/v1/stats/types',
      'jobs removeSchedule: delete /jobs/api/v1/schedules/{name}',
      'jobs replayJobs: post /jobs/api/v1/jobs/actions/replay',
      'jobs rescheduleJob: post /jobs/api/v1/jobs/{id}/reschedule',
      'jobs rescheduleJobs: post /jobs/api/v1/jobs/actions/reschedule',
      'jobs resetSchedule: post /jobs/api/v1/schedules/{name}/reset',
      'jobs resumeQueue: post /jobs/api/v1/queues/{name}/resume',
      'jobs resumeSchedule: post /jobs/api/v1/schedules/{name}/resume',
      'jobs resumeType: post /jobs/api/v1/types/{type}/resume',
      'jobs resumeWorker: post /jobs/api/v1/workers/{id}/resume',
      'jobs retryJob: post /jobs/api/v1/jobs/{id}/retry',
      'jobs retryJobs: post /jobs/api/v1/jobs/actions/retry',
      'jobs runJobsNow: post /jobs/api/v1/jobs/actions/run-now',
      'jobs runSchedule: post /jobs/api/v1/schedules/{name}/run',
      'jobs setConcurrency: post /jobs/api/v1/workers/{id}/concurrency',
      'jobs setConcurrencyOfAll: post /jobs/api/v1/workers/concurrency',
      'jobs streamEvents: get /jobs/api/v1/events',
      'jobs updateJob: post /jobs/api/v1/jobs/{id}/update',
    ]);
    const request = body.paths[`${API}/jobs`].post.requestBody.content['application/json'].schema;
    expect(request.required).toEqual(['type']);
    expect(Object.keys(request.properties)).toContain('scheduledAt');
    await host.http.get('/docs').redirects(1).expect(200).expect('content-type', /html/);
  });
});
