import { JobsDashboardModule } from '@monstera/jobs-dashboard';
import { exportJobs, JobService } from '@monstera/jobs';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { DataSource } from 'typeorm';
import { startHttpHost } from '../jobs/http-host.js';
import { API, cleanup, tablesOf, TOKEN } from './admin-host.js';
import { useStarted } from '../support/use-started.js';

const PAYLOAD = '{"id": 9007199254740993, "huge": 12345678901234567890123, "one": 1.0, "text": "9007199254740993"}';

describe.each([
  ['Express', () => undefined],
  ['Fastify', () => new FastifyAdapter()],
])('jobs as texts and files: %s', (_name, adapter) => {
  const host = useStarted((url) =>
    startHttpHost({
      url,
      imports: [JobsDashboardModule.forRoot({ production: true, adminToken: TOKEN })],
      jobs: { definitions: [cleanup], role: 'producer' },
      adapter: adapter(),
    }),
  );

  afterEach(() => tablesOf(host).clear());

  const query = (text: string, values: unknown[] = []) => host.get(DataSource).query(text, values);
  const get = (path: string) => host.http.get(`${API}/${path}`).set('authorization', `Bearer ${TOKEN}`);

  it('show every digit of a payload and a result', async () => {
    const [{ id }] = await query(
      `insert into jobs (type, status, completed_at, payload, result) values ('mail', 'completed', now(), $1, '[9007199254740993]') returning id`,
      [PAYLOAD],
    );
    const { text, body } = await get(`jobs/${id}`)
      .expect(200)
      .expect('content-type', /^application\/json/);

    expect(text).toContain('"id": 9007199254740993');
    expect(text).toContain('"huge": 12345678901234567890123');
    expect(text).toContain('"one": 1.0');
    expect(text).toContain('"result":[9007199254740993]');
    expect(body).toMatchObject({ id, type: 'mail', payload: { text: '9007199254740993' }, failures: [] });
    expect((await host.get(JobService).get(id))!.payload).toMatchObject({ one: 1, text: '9007199254740993' });
  });

  it('are exported page by page, newest first, with what a search selects and no payload', async () => {
    await query(
      `insert into jobs (id, type, payload) select jobs_new_id(), 'bulk', '{"secret":"hidden"}' from generate_series(1, 2500)`,
    );
    await query(
      `insert into jobs (type, status, completed_at, error, tags, unique_key) values ('mail', 'failed', now(), $1, '{a,b}', '@SUM(1)')`,
      ['=cmd|"/c calc"!A1, said the\nserver'],
    );
    const all = await get('jobs/export').expect(200);
    const lines = all.text.trimEnd().split('\r\n');
    expect(all.headers['content-type']).toMatch(/^text\/csv/);
    expect(all.headers['content-disposition']).toMatch(/^attachment; filename="jobs-\d{4}-\d\d-\d\d\.csv"$/);
    expect(lines[0]!.startsWith('\uFEFFid,type,queue,status,')).toBe(true);
    expect(lines).toHaveLength(2_502);
    expect(new Set(lines.slice(1).map((line) => line.slice(0, 36))).size).toBe(2_501);
    expect(all.text).not.toContain('hidden');

    const failed = await get('jobs/export?status=failed').expect(200);
    expect(failed.text).toContain(`,'@SUM(1),,a b,"'=cmd|""/c calc""!A1, said the\nserver",`);
    const cut = await get('jobs/export?type=bulk&atMost=1100').expect(200);
    expect(cut.text.trimEnd().split('\r\n')).toHaveLength(1_101);
  });

  it('are exported as JSON that says whether jobs were left out', async () => {
    expect((await get('jobs/export?format=json').expect(200)).body).toEqual({ jobs: [], more: false });
    await query(`insert into jobs (id, type) select jobs_new_id(), 'bulk' from generate_series(1, 1500)`);

    const all = await get('jobs/export?format=json')
      .expect(200)
      .expect('content-type', /^application\/json/);
    expect([all.body.jobs.length, all.body.more]).toEqual([1_500, false]);
    expect(all.body.jobs[0]).toMatchObject({ type: 'bulk', tags: [], completedAt: null });
    expect(all.body.jobs[0]).not.toHaveProperty('payload');
    const cut = await get('jobs/export?format=json&atMost=1500&type=bulk&status=pending').expect(200);
    expect([cut.body.jobs.length, cut.body.more]).toEqual([1_500, false]);
    const less = await get('jobs/export?format=json&atMost=1499').expect(200);
    expect([less.body.jobs.length, less.body.more]).toEqual([1_499, true]);
  });

  it('are not exported if the request is wrong', async () => {
    for (const [given, errorCode, path] of [
      ['format=xlsx', 'JOBS_INVALID_REQUEST', 'format'],
      ['atMost=0', 'JOBS_INVALID_OPTION', 'atMost'],
      ['atMost=100001', 'JOBS_INVALID_OPTION', 'atMost'],
      ['status=done', 'JOBS_INVALID_REQUEST', 'status'],
      ['payload=x', 'JOBS_INVALID_OPTION', 'payload'],
      ['type=', 'JOBS_INVALID_OPTION', 'type'],
    ]) {
      const { body } = await get(`jobs/export?${given}`).expect(400);
      expect(body).toMatchObject({ errorCode, issues: [{ path }] });
    }
    await host.http.get(`${API}/jobs/export`).expect(401);
  });

  it('break off where the database fails, so that no half of a file looks whole', async () => {
    await query(`insert into jobs (id, type) select jobs_new_id(), 'bulk' from generate_series(1, 1500)`);
    const parts = exportJobs(host.get(JobService).where({}));
    expect((await parts.next()).value).toContain('bulk');
    await query('alter table jobs rename to jobs_away');
    const rest = parts.next();
    await expect(rest).rejects.toThrow();
    await query('alter table jobs_away rename to jobs');
  });
});
