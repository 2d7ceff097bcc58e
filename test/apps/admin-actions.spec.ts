import { JobService } from '@monstera/jobs';
import { randomUUID } from 'node:crypto';
import { DataSource } from 'typeorm';
import { RefusingRules } from '../jobs/refusing-rules.js';
import { API, startAdminHost, startOperatedHost, tablesOf } from './admin-host.js';
import { useStarted } from '../support/use-started.js';

const ACTIONS = ['retry', 'cancel', 'delete', 'run-now', 'replay'];

describe('actions on many jobs over the admin API', () => {
  const host = useStarted((url) => startOperatedHost(url));
  const tables = tablesOf(host);

  afterEach(() => tables.clear());

  const act = (action: string, body: object) => host.http.post(`${API}/jobs/actions/${action}`).send(body);
  const statusOf = async (id: string) => (await host.get(JobService).get(id))?.status ?? null;

  it.each([
    ['retry', 'failed', 'pending'],
    ['cancel', 'pending', 'cancelled'],
    ['delete', 'completed', null],
    ['replay', 'completed', 'completed'],
  ])('%s changes what matches, and notes who did it', async (action, before, after) => {
    const id = await tables.insert(before);
    const other = await tables.insert('blocked');
    const filter = { type: ['data_cleanup'], status: before, ids: [id] };
    const { body } = await act(action, { filter }).set('x-forwarded-user', 'ada').expect(200);
    expect(body).toEqual({ changed: 1, skipped: 0, refused: 0, more: false });
    expect(await statusOf(id)).toBe(after);
    expect(await statusOf(other)).toBe('blocked');
    const details = { filter, changed: 1, skipped: 0, refused: 0, more: false };
    expect(await tables.audit()).toEqual([{ actor: 'ada', action: `jobs.${action}`, job_id: null, details }]);
  });

  it('run-now makes a job due that waits for later', async () => {
    const job = { type: 'data_cleanup', payload: { days_to_keep: 90 }, delayMs: 86_400_000, tags: ['x'] };
    const { id } = (await host.http.post(`${API}/jobs`).send(job).expect(201)).body;
    const filter = { tag: 'x', payload: { days_to_keep: 90 }, since: '2024-01-01T00:00:00Z' };
    expect((await act('run-now', { filter, atMost: 1 }).expect(200)).body).toMatchObject({ changed: 1 });
    expect((await host.get(JobService).get(id))!.scheduledAt.getTime()).toBeLessThan(Date.now() + 5_000);
    expect((await tables.audit()).at(-1)).toMatchObject({
      action: 'jobs.run_now',
      details: { filter: { tags: ['x'], payload: ['days_to_keep'] } },
    });
  });

  it('says what it left', async () => {
    for (let n = 0; n < 3; n++) await tables.insert('failed');
    const body = { filter: { status: 'failed' }, atMost: 2 };
    expect((await act('retry', body).expect(200)).body).toEqual({ changed: 2, skipped: 0, refused: 0, more: true });
  });

  it('says how many the database refuses to change, and why', async () => {
    const ids = [await tables.insert('failed'), await tables.insert('failed')];
    const rules = new RefusingRules((text, params) => host.get(DataSource).query(text, params));
    await rules.open();
    await rules.add([ids[0]!], { raises: 'P0001' });
    try {
      const refusal = expect.stringContaining('(P0001): not this one') as string;
      const expected = { changed: 1, skipped: 0, refused: 1, refusal, more: false };
      expect((await act('retry', { filter: { ids } }).expect(200)).body).toEqual(expected);
    } finally {
      await rules.close();
    }
    expect([await statusOf(ids[0]!), await statusOf(ids[1]!)]).toEqual(['failed', 'pending']);
  });

  it.each<[string, unknown]>([
    ['filter', {}],
    ['filter', { filter: null }],
    ['filter', { filter: { stauts: 'failed' } }],
    ['filter.status', { filter: { status: 'done' } }],
    ['filter.ids', { filter: { ids: [] } }],
    ['filter.ids', { filter: { ids: Array.from({ length: 1_001 }, () => randomUUID()) } }],
    ['filter.ids.0', { filter: { ids: ['7'] } }],
    ['filter.payload', { filter: { payload: '{}' } }],
    ['filter.since', { filter: { since: 'yesterday' } }],
    ['atMost', { filter: {}, atMost: 1_000_001 }],
    ['request', { filter: {}, atmost: 1 }],
    ['error', { filter: { error: 'x'.repeat(201) } }],
    ['status', { filter: { status: 'processing' } }],
  ])('answers 400 that names %s, and changes nothing', async (path, body) => {
    const id = await tables.insert('failed');
    const answer = await act('retry', body as object).expect(400);
    expect((answer.body as { issues: { path: string }[] }).issues).toContainEqual(expect.objectContaining({ path }));
    expect(await statusOf(id)).toBe('failed');
    expect(await tables.audit()).toEqual([]);
  });

  it('refuses a viewer', async () => {
    const viewed = await startAdminHost(host.url, { production: false, viewerToken: 'token-of-a-viewer' });
    const id = await tables.insert('failed');
    for (const action of ACTIONS)
      await viewed.http
        .post(`${API}/jobs/actions/${action}`)
        .set('authorization', 'Bearer token-of-a-viewer')
        .send({ filter: {} })
        .expect(403);
    expect(await statusOf(id)).toBe('failed');
    await viewed.close();
  });

  describe('GET /jobs/:id/why', () => {
    it('says why a job is not running', async () => {
      const { body } = await host.http.get(`${API}/jobs/${await tables.insert('pending')}/why`).expect(200);
      expect(body).toEqual({
        code: 'no_worker_for_queue',
        words: expect.stringContaining('"default"'),
        details: { queue: 'default' },
      });
    });

    it('answers 404 for an unknown id, and 400 for what is no id', async () => {
      const missing = await host.http.get(`${API}/jobs/${randomUUID()}/why`).expect(404);
      expect(missing.body.errorCode).toBe('JOBS_NOT_FOUND');
      await host.http.get(`${API}/jobs/7/why`).expect(400);
    });
  });

  describe('GET /errors', () => {
    it('groups failed jobs by their error', async () => {
      const id = await tables.insert('failed');
      const { body } = await host.http.get(`${API}/errors?hours=1`).expect(200);
      expect(body).toEqual({
        groups: [
          {
            type: 'data_cleanup',
            message: '',
            count: 1,
            sampleJobId: id,
            search: null,
            fingerprint: expect.stringMatching(/^[0-9a-f]{16}$/),
            lastAt: expect.stringMatching(/Z$/),
          },
        ],
        capped: false,
      });
    });

    it.each(['hours=0', 'hours=169', 'hours=soon', 'days=1'])('answers 400 for ?%s', async (query) => {
      await host.http.get(`${API}/errors?${query}`).expect(400);
    });
  });

  describe('GET /audit', () => {
    it('lists who did what, page by page', async () => {
      const id = await tables.insert('failed');
      await host.http.post(`${API}/jobs/${id}/retry`).expect(200);
      await act('cancel', { filter: { ids: [id] } }).expect(200);
      const first = (await host.http.get(`${API}/audit?limit=1`).expect(200)).body;
      const second = (await host.http.get(`${API}/audit`).query({ after: first.next }).expect(200)).body;
      const entries = [...first.entries, ...second.entries] as { action: string; jobId: string | null }[];
      expect(entries.map(({ action, jobId }) => [action, jobId]).sort()).toEqual([
        ['job.retry', id],
        ['jobs.cancel', null],
      ]);
      expect(second.next).toBeNull();
    });

    it.each(['limit=0', 'limit=x', 'after=x', 'before=x'])('answers 400 for ?%s', async (query) => {
      await host.http.get(`${API}/audit?${query}`).expect(400);
    });
  });
});
