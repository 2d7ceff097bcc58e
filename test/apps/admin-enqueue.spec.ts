import { JobService } from '@monstera/jobs';
import { API, startOperatedHost, tablesOf } from './admin-host.js';
import { useStarted } from '../support/use-started.js';
import { NEXT_YEAR } from '../support/next-year.js';

describe('POST /jobs', () => {
  const host = useStarted((url) => startOperatedHost(url));
  const tables = tablesOf(host);

  afterEach(() => tables.clear());

  const post = (path: string, body?: string | object) => host.http.post(`${API}/${path}`).send(body);

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
    expect(await tables.audit()).toEqual([
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
      scheduledAt: `${NEXT_YEAR}-12-24T18:00:00+09:00`,
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
          scheduledAt: `${NEXT_YEAR}-12-24T09:00:00.000Z`,
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
    expect(await tables.countJobs()).toBe(1);
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

    expect([response.status, response.body.status, response.body.errorCode]).toEqual([status, status, errorCode]);
    expect(response.body).toMatchObject({ detail: expect.any(String), fix: expect.any(String) });
    expect(response.headers['content-type']).toBe('application/problem+json; charset=utf-8');
    expect(response.body.issues.map((issue: { path: string }) => issue.path)).toEqual(paths);
    expect(response.text).not.toMatch(/\bat .+:\d+:\d+/);
    expect(await tables.countJobs()).toBe(0);
    expect(await tables.audit()).toEqual([]);
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
      status: 400,
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

  it('leaves the errors of other routes of the host alone', async () => {
    const { body } = await host.http.post('/elsewhere').set('content-type', 'application/json').send('{').expect(400);

    expect(body).toMatchObject({ statusCode: 400, error: 'Bad Request' });
    expect(body.errorCode).toBeUndefined();
  });
});
