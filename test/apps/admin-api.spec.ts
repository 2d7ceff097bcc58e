import {
  defineJob,
  JobService,
  JobWorkerService,
  ProcessesJob,
  type JobContext,
  type JobProcessor,
} from '@monstera/jobs';
import { JobsDashboardModule, setupApiDocs, type JobsDashboardOptions } from '@monstera/jobs-dashboard';
import { Injectable, Logger, type CanActivate } from '@nestjs/common';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { randomUUID } from 'node:crypto';
import { DataSource } from 'typeorm';
import { z } from 'zod';
import { startHttpHost, type HttpHost } from '../jobs/http-host.js';
import { createTestDatabase, eventually, type TestDatabase } from '../support/index.js';

const API = '/jobs/api/v1';

const cleanup = defineJob({ type: 'data_cleanup', payload: z.object({ days_to_keep: z.int().min(1) }) });
const held = defineJob({ type: 'held', payload: z.object({}), queue: 'held' });

/** Runs until its signal fires. */
@Injectable()
@ProcessesJob(held)
class HeldProcessor implements JobProcessor<typeof held> {
  process(_job: unknown, { signal }: JobContext): Promise<void> {
    return new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)));
  }
}

async function start(url: string, dashboard: JobsDashboardOptions, run = false): Promise<HttpHost> {
  return startHttpHost({
    url,
    imports: [JobsDashboardModule.forRoot(dashboard)],
    providers: run ? [HeldProcessor] : [],
    jobs: { definitions: [cleanup, held], role: run ? 'all' : 'producer', pollIntervalMs: 100 },
    beforeListen: (app) => {
      (app as NestExpressApplication).useBodyParser('json', { limit: '1mb' });
      setupApiDocs(app, { title: 'Test' });
    },
  });
}

describe('the admin API', () => {
  let database: TestDatabase;
  let host: HttpHost;
  let dataSource: DataSource;

  beforeAll(async () => {
    database = await createTestDatabase();
    host = await start(database.url, { production: false, actorHeader: 'x-forwarded-user' });
    dataSource = host.get(DataSource);
  });

  afterEach(() => dataSource.query('truncate jobs, job_audit'));

  afterAll(async () => {
    await host.close();
    await database.drop();
  });

  const post = (path: string, body?: string | object) => host.http.post(`${API}/${path}`).send(body);
  const countJobs = async () => (await dataSource.query('select count(*)::int as n from jobs'))[0].n as number;
  const audit = () => dataSource.query('select actor, action, job_id, details from job_audit order by created_at, id');
  const idOf = async (status: string): Promise<string> => {
    const finished = ['completed', 'failed', 'cancelled'].includes(status);
    const rows = await dataSource.query(
      `insert into jobs (type, status, completed_at) values ('data_cleanup', $1, case when $2 then now() end) returning id`,
      [status, finished],
    );
    return rows[0].id;
  };

  describe('POST /jobs', () => {
    it('adds a job, and notes who did so', async () => {
      const response = await post('jobs', { type: 'data_cleanup', payload: { days_to_keep: 90 } })
        .set('x-forwarded-user', 'ada@example.com')
        .expect(201);

      expect(response.body).toEqual({ id: expect.any(String), type: 'data_cleanup', duplicate: false });
      expect(await host.get(JobService).get(response.body.id)).toMatchObject({
        status: 'pending',
        payload: { days_to_keep: 90 },
        maxAttempts: 5,
      });
      expect(await audit()).toEqual([
        {
          actor: 'ada@example.com',
          action: 'job.enqueue',
          job_id: response.body.id,
          details: { type: 'data_cleanup', duplicate: false },
        },
      ]);
    });

    it('takes every option', async () => {
      const { body } = await post('jobs', {
        type: 'data_cleanup',
        payload: { days_to_keep: 90 },
        queue: 'night',
        priority: 9,
        scheduledAt: '2030-12-24T18:00:00+09:00',
        uniqueKey: 'cleanup:90',
        maxAttempts: 2,
        timeoutMs: 1_000,
        tags: ['by-hand'],
      }).expect(201);

      await host.http
        .get(`${API}/jobs/${body.id}`)
        .expect(200)
        .expect((response) =>
          expect(response.body).toMatchObject({
            id: body.id,
            queue: 'night',
            priority: 9,
            scheduledAt: '2030-12-24T09:00:00.000Z',
            uniqueKey: 'cleanup:90',
            maxAttempts: 2,
            timeoutMs: 1_000,
            tags: ['by-hand'],
            failures: [],
          }),
        );
    });

    it('says so when an unfinished job holds the unique key', async () => {
      const body = { type: 'data_cleanup', payload: { days_to_keep: 90 }, uniqueKey: 'nightly', delayMs: 60_000 };
      const first = await post('jobs', body).expect(201);
      const second = await post('jobs', body).expect(201);

      expect(second.body).toEqual({ id: first.body.id, type: 'data_cleanup', duplicate: true });
      expect(await countJobs()).toBe(1);
    });

    const cleanup90 = { type: 'data_cleanup', payload: { days_to_keep: 90 } };

    it.each([
      ['an unknown type', { type: 'nonsense' }, 422, 'JOBS_UNKNOWN_TYPE', []],
      [
        'an invalid payload',
        { type: 'data_cleanup', payload: { days_to_keep: 0 } },
        422,
        'JOBS_INVALID_PAYLOAD',
        ['payload.days_to_keep'],
      ],
      ['a missing payload', { type: 'data_cleanup' }, 422, 'JOBS_INVALID_PAYLOAD', ['payload.days_to_keep']],
      ['null as payload', { type: 'data_cleanup', payload: null }, 422, 'JOBS_INVALID_PAYLOAD', ['payload']],
      [
        'U+0000',
        { type: 'data_cleanup', payload: { days_to_keep: 1, note: 'a\u0000b' } },
        422,
        'JOBS_PAYLOAD_NOT_JSON',
        ['payload.note'],
      ],
      [
        'a payload over 256 KiB',
        { type: 'data_cleanup', payload: { days_to_keep: 1, note: 'x'.repeat(256 * 1024) } },
        413,
        'JOBS_PAYLOAD_TOO_LARGE',
        ['payload'],
      ],
      ['a negative delay', { ...cleanup90, delayMs: -1 }, 400, 'JOBS_INVALID_OPTION', ['delayMs']],
      ['a priority of 10', { ...cleanup90, priority: 10 }, 400, 'JOBS_INVALID_OPTION', ['priority']],
      ['a queue of 51 characters', { ...cleanup90, queue: 'q'.repeat(51) }, 400, 'JOBS_INVALID_OPTION', ['queue']],
      [
        'a date that is none',
        { ...cleanup90, scheduledAt: '2024-02-30T09:00:00Z' },
        400,
        'JOBS_INVALID_REQUEST',
        ['scheduledAt'],
      ],
      [
        'a delay and a date',
        { ...cleanup90, delayMs: 5, scheduledAt: new Date().toISOString() },
        400,
        'JOBS_INVALID_OPTION',
        ['delayMs'],
      ],
      ['a delay that is text', { ...cleanup90, delayMs: '5' }, 400, 'JOBS_INVALID_REQUEST', ['delayMs']],
      ['a type of 51 characters', { type: 't'.repeat(51) }, 400, 'JOBS_INVALID_REQUEST', ['type']],
      ['an unknown field', { ...cleanup90, retries: 3 }, 400, 'JOBS_INVALID_REQUEST', ['request']],
      ['a list', [], 400, 'JOBS_INVALID_REQUEST', ['request']],
      ['no body', undefined, 400, 'JOBS_INVALID_REQUEST', ['request']],
    ])('refuses %s and writes nothing', async (_name, body, status, errorCode, paths) => {
      const response = await post('jobs', body);

      expect([response.status, response.body.statusCode, response.body.errorCode]).toEqual([status, status, errorCode]);
      expect(response.body.message).toEqual(expect.any(String));
      expect(response.body.issues.map((issue: { path: string }) => issue.path)).toEqual(paths);
      expect(response.text).not.toMatch(/\bat .+:\d+:\d+/);
      expect(await countJobs()).toBe(0);
      expect(await audit()).toEqual([]);
    });

    it('knows what was meant by a field in snake_case', async () => {
      const { body } = await post('jobs', { ...cleanup90, delay_ms: 5 }).expect(400);

      expect(body.issues).toEqual([
        { path: 'request', message: 'has unknown fields: "delay_ms" (did you mean "delayMs"?)' },
      ]);
    });

    it('refuses __proto__ in a payload instead of dropping it', async () => {
      const { body } = await post('jobs', '{"type":"data_cleanup","payload":{"days_to_keep":1,"__proto__":{"a":1}}}')
        .set('content-type', 'application/json')
        .expect(422);

      expect(body.errorCode).toBe('JOBS_PAYLOAD_NOT_JSON');
    });

    it('refuses whole numbers that JSON would round', async () => {
      const { body } = await post('jobs', '{"type":"data_cleanup","payload":{"days_to_keep":9007199254740993}}')
        .set('content-type', 'application/json')
        .expect(422);

      expect(body).toMatchObject({ errorCode: 'JOBS_PAYLOAD_NOT_JSON', issues: [{ path: 'payload.days_to_keep' }] });
    });

    it.each(['{"type": "data_cleanup",}', '{"type', 'type=data_cleanup'])('refuses %s as malformed', async (text) => {
      const { body } = await post('jobs', text).set('content-type', 'application/json').expect(400);

      expect(body).toMatchObject({
        statusCode: 400,
        errorCode: 'JOBS_MALFORMED_JSON',
        issues: [{ path: 'body', message: expect.any(String) }],
        fix: expect.any(String),
      });
    });

    it('refuses a body larger than the server reads', async () => {
      const { body } = await post('jobs', { ...cleanup90, note: 'x'.repeat(2_000_000) }).expect(413);

      expect(body.errorCode).toBe('JOBS_BODY_TOO_LARGE');
    });

    it('refuses a body in a character set that it cannot read', async () => {
      const { body } = await post('jobs', '{}').set('content-type', 'application/json; charset=ebcdic').expect(415);

      expect(body.errorCode).toBe('JOBS_UNREADABLE_BODY');
    });

    it('refuses what a form can send', async () => {
      for (const type of ['text/plain', 'application/x-www-form-urlencoded']) {
        const { body } = await post('jobs', 'type=data_cleanup').set('content-type', type).expect(415);
        expect(body.errorCode).toBe('JOBS_UNSUPPORTED_MEDIA_TYPE');
      }
    });
  });

  it('leaves the errors of other routes of the host alone', async () => {
    const { body } = await host.http.post('/elsewhere').set('content-type', 'application/json').send('{').expect(400);

    expect(body.errorCode).toBeUndefined();
  });

  describe('GET /jobs/:id', () => {
    it('answers 404 for an id that no job has, and 400 for what is no id', async () => {
      const id = randomUUID();
      const missing = await host.http.get(`${API}/jobs/${id}`).expect(404).expect('cache-control', 'no-store');
      expect(missing.body).toMatchObject({ errorCode: 'JOBS_NOT_FOUND', message: expect.stringContaining(id) });

      const invalid = await host.http.get(`${API}/jobs/latest`).expect(400);
      expect(invalid.body).toMatchObject({ errorCode: 'JOBS_INVALID_OPTION', issues: [{ path: 'id' }] });
    });

    it('shows failed attempts', async () => {
      const id = await idOf('failed');
      await dataSource.query(`insert into job_failures (job_id, run, attempt, error) values ($1, 1, 1, 'Error: 550')`, [
        id,
      ]);

      const { body } = await host.http.get(`${API}/jobs/${id}`).expect(200);

      expect(body.failures).toEqual([{ attempt: 1, error: 'Error: 550', failedAt: expect.stringMatching(/Z$/) }]);
    });
  });

  describe('POST /jobs/:id/cancel', () => {
    it('cancels a job that waits, and notes it', async () => {
      const id = await idOf('pending');

      const { body } = await post(`jobs/${id}/cancel`).expect(200);

      expect(body).toEqual({ id, status: 'cancelled' });
      expect(await host.get(JobService).get(id)).toMatchObject({ status: 'cancelled' });
      expect(await audit()).toEqual([
        { actor: 'local', action: 'job.cancel', job_id: id, details: { status: 'cancelled' } },
      ]);
    });

    it('answers 409 for a finished job, and notes nothing', async () => {
      const { body } = await post(`jobs/${await idOf('completed')}/cancel`).expect(409);

      expect(body).toMatchObject({ statusCode: 409, errorCode: 'JOBS_ALREADY_FINISHED' });
      expect(await audit()).toEqual([]);
    });

    it('answers 404 for an unknown id', async () => {
      const { body } = await post(`jobs/${randomUUID()}/cancel`).expect(404);
      expect(body.errorCode).toBe('JOBS_NOT_FOUND');
    });

    it('takes no fields', async () => {
      const id = await idOf('pending');

      expect((await post(`jobs/${id}/cancel`, { force: true }).expect(400)).body.errorCode).toBe(
        'JOBS_INVALID_REQUEST',
      );
      expect(await host.get(JobService).get(id)).toMatchObject({ status: 'pending' });
      await post(`jobs/${id}/cancel`, {}).expect(200);
    });
  });

  describe('POST /jobs/:id/retry', () => {
    it.each(['failed', 'cancelled'])('makes a %s job due again, and notes it', async (status) => {
      const id = await idOf(status);

      expect((await post(`jobs/${id}/retry`).expect(200)).body).toEqual({ id, status: 'pending' });
      expect(await host.get(JobService).get(id)).toMatchObject({ status: 'pending', attempts: 0 });
      expect(await audit()).toMatchObject([{ action: 'job.retry', job_id: id }]);
    });

    it('answers 409 for a job that has not failed', async () => {
      const { body } = await post(`jobs/${await idOf('completed')}/retry`).expect(409);
      expect(body.errorCode).toBe('JOBS_NOT_RETRYABLE');
    });
  });

  describe('stats', () => {
    it('answers each of the three questions', async () => {
      await idOf('failed');
      await idOf('pending');
      await dataSource.query(
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

    it.each([
      ['failed?hours=0', 'JOBS_INVALID_OPTION', 'hours'],
      ['failed?hours=soon', 'JOBS_INVALID_REQUEST', 'hours'],
      ['running-too-long?minutes=-1', 'JOBS_INVALID_OPTION', 'minutes'],
      ['running-too-long?minutes=1&minutes=2', 'JOBS_INVALID_REQUEST', 'minutes'],
    ])('refuses %s', async (path, errorCode, where) => {
      const { body } = await host.http.get(`${API}/stats/${path}`).expect(400);
      expect(body).toMatchObject({ errorCode, issues: [{ path: where }] });
    });
  });

  it('tells nothing of the database when it fails', async () => {
    await dataSource.query('alter table job_audit rename to job_audit_away');
    const { body } = await post('jobs', { type: 'data_cleanup', payload: { days_to_keep: 90 } }).expect(500);
    await dataSource.query('alter table job_audit_away rename to job_audit');

    expect(body).toEqual({
      statusCode: 500,
      errorCode: 'JOBS_INTERNAL_ERROR',
      message: 'Something went wrong on the server.',
      issues: [],
      fix: 'The log of the server has the details.',
    });
    expect(await countJobs()).toBe(0);
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
      'jobs countFailedJobs: get /jobs/api/v1/stats/failed',
      'jobs countPendingJobs: get /jobs/api/v1/stats/pending',
      'jobs enqueueJob: post /jobs/api/v1/jobs',
      'jobs getJob: get /jobs/api/v1/jobs/{id}',
      'jobs listJobsRunningTooLong: get /jobs/api/v1/stats/running-too-long',
      'jobs retryJob: post /jobs/api/v1/jobs/{id}/retry',
    ]);
    const request = body.paths[`${API}/jobs`].post.requestBody.content['application/json'].schema;
    expect(request.required).toEqual(['type']);
    expect(Object.keys(request.properties)).toContain('scheduledAt');
    await host.http.get('/docs').redirects(1).expect(200).expect('content-type', /html/);
  });

  it('refuses what a page of another origin has a browser send', async () => {
    const id = await idOf('pending');
    for (const headers of [
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site' },
      { origin: 'https://evil.example' },
    ]) {
      const { body } = await post(`jobs/${id}/cancel`).set(headers).expect(403);
      expect(body.errorCode).toBe('JOBS_ADMIN_CROSS_SITE');
    }

    expect(await host.get(JobService).get(id)).toMatchObject({ status: 'pending' });
    await post(`jobs/${id}/cancel`).set('sec-fetch-site', 'same-origin').expect(200);
  });

  it('answers, without a token, only those who call this machine by its own name', async () => {
    for (const headers of [{ host: 'rebound.example' }, { 'x-forwarded-for': '203.0.113.9' }]) {
      const { body } = await host.http.get(`${API}/stats/pending`).set(headers).expect(403);
      expect(body).toMatchObject({
        errorCode: 'JOBS_ADMIN_LOCAL_ONLY',
        fix: expect.stringContaining('JOBS_ADMIN_TOKEN'),
      });
    }
  });
});

describe('the admin API over a running job', () => {
  let database: TestDatabase;
  let host: HttpHost;

  beforeAll(async () => {
    database = await createTestDatabase();
    host = await start(database.url, { production: false }, true);
  });

  afterAll(async () => {
    await host.close();
    await database.drop();
  });

  it('asks the worker to cancel, and answers 202', async () => {
    expect(host.get(JobWorkerService).concurrency).toBe(10);
    const { id } = (await host.http.post(`${API}/jobs`).send({ type: 'held' }).expect(201)).body;
    const get = async () => (await host.http.get(`${API}/jobs/${id}`)).body;
    await eventually(async () => expect(await get()).toMatchObject({ status: 'processing' }));

    const { body } = await host.http.post(`${API}/jobs/${id}/cancel`).expect(202);

    expect(body).toEqual({ id, status: 'processing' });
    await eventually(async () => expect(await get()).toMatchObject({ status: 'cancelled' }), { timeoutMs: 10_000 });
  });
});

describe('access to the admin API', () => {
  let database: TestDatabase;
  let host: HttpHost;

  beforeAll(async () => {
    database = await createTestDatabase();
  });

  afterEach(() => host.close());

  afterAll(() => database.drop());

  const pending = () => host.http.get(`${API}/stats/pending`);

  it('is closed in production without a token: 404 as for any path, one line in the log', async () => {
    host = await start(database.url, { production: true, adminToken: '' });
    const warn = jest.fn();
    Logger.overrideLogger({ warn, log: jest.fn(), error: jest.fn() });

    const { body } = await pending().expect(404);
    await host.http.post(`${API}/jobs`).send({ type: 'held' }).expect(404);
    const malformed = await host.http.post(`${API}/jobs`).set('content-type', 'application/json').send('{').expect(400);
    Logger.overrideLogger(false);

    expect(body).toEqual({ statusCode: 404, error: 'Not Found', message: `Cannot GET ${API}/stats/pending` });
    expect(malformed.body.errorCode).toBeUndefined();
    expect(warn.mock.calls.map(([line]) => line as string)).toEqual([expect.stringContaining('JOBS_ADMIN_TOKEN')]);
  });

  it('needs the token once one is set, in production or not', async () => {
    for (const production of [true, false]) {
      host = await start(database.url, { production, adminToken: 'a-long-secret' });
      for (const header of [
        undefined,
        'Bearer wrong',
        'Bearer a-long-secret-and-more',
        'Basic a-long-secret',
        'a-long-secret',
      ]) {
        const request = header === undefined ? pending() : pending().set('authorization', header);
        const { body } = await request.expect(401).expect('www-authenticate', /^Bearer/);
        expect(body.errorCode).toBe('JOBS_ADMIN_UNAUTHORIZED');
      }
      await pending().set('authorization', 'Bearer a-long-secret').expect(200);
      if (production) await host.close();
    }
  });

  it('can be left to a guard of the host', async () => {
    const guard: CanActivate = {
      canActivate: (context) => context.switchToHttp().getRequest().headers['x-role'] === 'operator',
    };
    host = await start(database.url, { production: true, guard });

    await pending().expect(403);
    await pending().set('x-role', 'operator').expect(200);
  });
});
