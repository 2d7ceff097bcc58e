import { JobService } from '@monstera/jobs';
import { randomUUID } from 'node:crypto';
import { DataSource } from 'typeorm';
import { API, startAdminHost, startOperatedHost, tablesOf } from './admin-host.js';
import { useStarted } from '../support/use-started.js';
import { NEXT_YEAR } from '../support/next-year.js';

const VIEWER = 'token-of-a-viewer';

describe('operations and edits over the admin API', () => {
  const host = useStarted((url) => startOperatedHost(url));
  const tables = tablesOf(host);

  afterEach(() => tables.clear());

  const post = (path: string, body: object = {}) => host.http.post(`${API}/${path}`).send(body);
  const get = (path: string) => host.http.get(`${API}/${path}`);
  const jobOf = async (id: string) => (await host.get(JobService).get(id))!;

  async function begin(): Promise<string> {
    await host
      .get(DataSource)
      .query(
        `insert into jobs (type, status, completed_at) select 'data_cleanup', 'failed', now() from generate_series(1, 1001)`,
      );
    const { body } = await post('jobs/actions/retry', { filter: { type: 'data_cleanup' }, atMost: 5_000 }).expect(202);
    expect(body).toEqual({ changed: 0, skipped: 0, refused: 0, more: false, operation: expect.any(String) });
    return body.operation as string;
  }

  it('begins, shows, lists and cancels an operation', async () => {
    const id = await begin();
    const pending = {
      id,
      action: 'retry',
      details: { filter: { type: ['data_cleanup'] } },
      actor: 'admin token',
      status: 'pending',
      changed: 0,
      skipped: 0,
      refused: 0,
      refusal: null,
      total: 1_001,
      totalCapped: false,
      error: null,
      createdAt: expect.stringMatching(/Z$/),
      startedAt: null,
      updatedAt: expect.stringMatching(/Z$/),
      endedAt: null,
      endedBy: null,
    };
    expect((await get(`operations/${id}`).expect(200)).body).toEqual(pending);
    expect((await get('operations?limit=1').expect(200)).body).toEqual({ operations: [pending] });
    const cancelled = (await post(`operations/${id}/cancel`).set('x-forwarded-user', 'ada').expect(200)).body;
    expect(cancelled).toMatchObject({ status: 'cancelled', endedBy: 'ada', endedAt: expect.any(String) });
    expect((await post(`operations/${id}/cancel`).expect(409)).body.errorCode).toBe('JOBS_OPERATION_ENDED');
    expect(await tables.audit()).toMatchObject([
      { action: 'jobs.retry', details: { operation: id, cancelledBy: 'ada' } },
    ]);
  });

  it('edits and reschedules a pending job', async () => {
    const id = await tables.insert('pending');
    const body = { payload: { days_to_keep: 7 }, priority: 1, scheduledAt: `${NEXT_YEAR}-01-01T09:00:00+09:00` };
    const updated = { id, status: 'pending', priority: 1, scheduledAt: `${NEXT_YEAR}-01-01T00:00:00.000Z` };
    expect((await post(`jobs/${id}/update`, body).expect(200)).body).toEqual(updated);
    expect((await jobOf(id)).payload).toEqual({ days_to_keep: 7 });
    expect((await post(`jobs/${id}/reschedule`, { byMs: 60_000 }).expect(200)).body.scheduledAt).toBe(
      `${NEXT_YEAR}-01-01T00:01:00.000Z`,
    );
    const many = { filter: { type: 'data_cleanup' }, to: `${NEXT_YEAR + 1}-01-01T00:00:00Z` };
    expect((await post('jobs/actions/reschedule', many).expect(200)).body).toMatchObject({ changed: 1 });
    expect((await jobOf(id)).scheduledAt).toEqual(new Date(`${NEXT_YEAR + 1}-01-01T00:00:00Z`));
    expect((await tables.audit()).map(({ action }) => action)).toEqual([
      'job.update',
      'job.reschedule',
      'jobs.reschedule',
    ]);
  });

  it.each<[number, string, string, object]>([
    [404, 'JOBS_UNKNOWN_OPERATION', `operations/${randomUUID()}/cancel`, {}],
    [400, 'JOBS_INVALID_OPTION', 'operations/7/cancel', {}],
    [404, 'JOBS_NOT_FOUND', `jobs/${randomUUID()}/update`, { priority: 1 }],
    [404, 'JOBS_NOT_FOUND', `jobs/${randomUUID()}/reschedule`, { byMs: 1 }],
    [400, 'JOBS_INVALID_OPTION', 'jobs/7/update', { priority: 1 }],
    [400, 'JOBS_INVALID_OPTION', `jobs/${randomUUID()}/update`, {}],
    [400, 'JOBS_INVALID_OPTION', `jobs/${randomUUID()}/update`, { priority: 11 }],
    [400, 'JOBS_INVALID_REQUEST', `jobs/${randomUUID()}/update`, { queue: 'other' }],
    [400, 'JOBS_INVALID_REQUEST', `jobs/${randomUUID()}/update`, { scheduledAt: 'soon' }],
    [400, 'JOBS_INVALID_OPTION', `jobs/${randomUUID()}/reschedule`, {}],
    [400, 'JOBS_INVALID_OPTION', `jobs/${randomUUID()}/reschedule`, { byMs: 1, to: `${NEXT_YEAR}-01-01T00:00:00Z` }],
    [400, 'JOBS_INVALID_OPTION', `jobs/${randomUUID()}/reschedule`, { byMs: 4e11 }],
    [400, 'JOBS_INVALID_OPTION', 'jobs/actions/reschedule', { filter: {} }],
  ])('answers %i %s to %s', async (status, errorCode, path, body) => {
    expect((await post(path, body).expect(status)).body).toMatchObject({ errorCode });
  });

  it('refuses an edit that the schema or the status does not allow', async () => {
    const id = await tables.insert('pending');
    const refused = await post(`jobs/${id}/update`, { payload: { days_to_keep: 0 } }).expect(422);
    expect(refused.body).toMatchObject({
      errorCode: 'JOBS_INVALID_PAYLOAD',
      issues: [{ path: 'payload.days_to_keep' }],
    });
    const done = await tables.insert('completed');
    expect((await post(`jobs/${done}/update`, { priority: 1 }).expect(409)).body.errorCode).toBe('JOBS_NOT_PENDING');
    expect(await tables.audit()).toEqual([]);
  });

  it('lets a viewer look, and no more', async () => {
    const id = await begin();
    const job = await tables.insert('pending');
    const viewed = await startAdminHost(host.url, { production: false, viewerToken: VIEWER });
    const bearer = (request: ReturnType<typeof post>) => request.set('authorization', `Bearer ${VIEWER}`);
    await bearer(viewed.http.get(`${API}/operations/${id}`)).expect(200);
    for (const path of [
      `operations/${id}/cancel`,
      `jobs/${job}/update`,
      `jobs/${job}/reschedule`,
      'jobs/actions/reschedule',
    ])
      await bearer(viewed.http.post(`${API}/${path}`))
        .send({ byMs: 1, filter: {} })
        .expect(403);
    await viewed.close();
  });
});
