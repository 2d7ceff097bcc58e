import { defineJob, JobTypes } from '@monstera/jobs';
import { DataSource } from 'typeorm';
import { z } from 'zod';
import { API, startOperatedHost, tablesOf } from './admin-host.js';
import { useStarted } from '../support/use-started.js';

const NOWHERE = { type: 'remote_job', queue: 'remote' };

describe('job types', () => {
  const host = useStarted((url) => startOperatedHost(url));

  beforeAll(async () => {
    await host.get(DataSource).query(
      `insert into job_types (type, queue, priority, max_attempts, timeout_ms, retry)
       values ($1, $2, 3, 7, 1000, '{}')`,
      [NOWHERE.type, NOWHERE.queue],
    );
  });

  const get = async (path: string) => (await host.http.get(`${API}/${path}`).expect(200)).body;
  const post = (path: string, body: object = {}) => host.http.post(`${API}/${path}`).send(body);

  it('are those of this process and of others, by name', async () => {
    const { types, total, capped } = await get('types');

    const open = { paused: false, pausedAt: null, pausedUntil: null, pausedBy: null };
    const here = { priority: 5, maxAttempts: 5, timeoutMs: 300_000, known: true, ...open };
    expect(types).toEqual([
      { type: 'data_cleanup', queue: 'default', ...here },
      { type: 'held', queue: 'held', ...here },
      { type: 'remote_job', queue: 'remote', priority: 3, maxAttempts: 7, timeoutMs: 1_000, known: false, ...open },
    ]);
    expect([total, capped]).toEqual([3, false]);
  });

  it('are found by a part of the name', async () => {
    expect((await get('types?search=CLEAN')).types.map(({ type }: { type: string }) => type)).toEqual(['data_cleanup']);
    expect(await get('types?search=%25')).toEqual({ types: [], total: 0, capped: false });
    expect(await get('types?limit=1')).toMatchObject({ types: [{ type: 'data_cleanup' }], total: 3, capped: true });
  });

  it('say what a payload may be', async () => {
    expect(await get('types/data_cleanup')).toMatchObject({
      known: true,
      schema: { type: 'object', properties: { days_to_keep: { type: 'integer', minimum: 1 } } },
    });
    expect(await get('types/remote_job')).toMatchObject({ known: false, schema: null });
  });

  it('are paused until a time, and resumed', async () => {
    await host.get(DataSource).query(
      `insert into jobs (type, queue, scheduled_at)
       select 'remote_job', 'default', now() - interval '1 hour' from generate_series(1, 3)`,
    );
    const until = '2035-01-01T00:00:00.000Z';
    const paused = (await post('types/remote_job/pause', { until }).expect(200)).body;
    expect(paused).toMatchObject({
      type: 'remote_job',
      paused: true,
      pausedAt: expect.stringMatching(/Z$/),
      pausedUntil: until,
      pausedBy: 'admin token',
    });
    expect((await get('types?paused=true')).types).toMatchObject([{ type: 'remote_job', pausedUntil: until }]);
    const overview = await get('overview');
    expect(overview.reasons).toContainEqual({
      code: 'types_paused',
      message: 'These types are paused: remote_job (3 jobs wait).',
    });
    expect(overview.oldestDueMs).toBeNull();
    expect((await post('types/remote_job/resume').expect(200)).body).toMatchObject({ paused: false, pausedBy: null });
    expect((await get('types?paused=true')).types).toEqual([]);
    expect((await get('overview')).oldestDueMs).toBeGreaterThan(3_500_000);
    expect(await tablesOf(host).audit()).toMatchObject([{ action: 'type.pause' }, { action: 'type.resume' }]);
  });

  it.each([
    ['types/remote_jbo/pause', {}, 404],
    ['types/remote_jbo/resume', {}, 404],
    ['types/remote_job/pause', { until: 'tomorrow' }, 400],
    ['types/remote_job/pause', { until: '2001-01-01T00:00:00Z' }, 400],
    ['types/remote_job/pause', { untill: '2035-01-01T00:00:00Z' }, 400],
    ['types/remote_job/resume', { force: true }, 400],
    ['types/no%20name/pause', {}, 400],
  ])('are not paused by what makes no sense: %s, %j', async (path, body, status) => {
    const answer = await post(path, body).expect(status);
    if (status === 404)
      expect(answer.body).toMatchObject({ errorCode: 'JOBS_UNKNOWN_TYPE', fix: 'Did you mean "remote_job"?' });
    expect((await get('types?paused=true')).types).toEqual([]);
  });

  it.each([
    ['types/nobodys', 404, 'JOBS_UNKNOWN_TYPE'],
    ['types/%3Cb%3E', 400, 'JOBS_INVALID_OPTION'],
    ['types?paused=maybe', 400, 'JOBS_INVALID_REQUEST'],
    ['types?limit=0', 400, 'JOBS_INVALID_OPTION'],
    ['types?limit=1001', 400, 'JOBS_INVALID_OPTION'],
    [`types?search=${'x'.repeat(101)}`, 400, 'JOBS_INVALID_OPTION'],
    ['types?search=a&search=b', 400, 'JOBS_INVALID_REQUEST'],
  ])('are asked for with care: %s', async (path, status, errorCode) => {
    expect((await host.http.get(`${API}/${path}`).expect(status)).body.errorCode).toBe(errorCode);
  });

  it('name few of many types in an error', async () => {
    await host.get(DataSource).query(
      `insert into job_types (type, queue, priority, max_attempts, timeout_ms, retry)
       select 'type_' || n, 'q', 5, 5, 1000, '{}' from generate_series(1, 5000) n`,
    );
    const types = host.get(JobTypes);
    const many = defineJob({ type: 'unrelated', payload: z.object({}) });

    await expect(types.get(many.type)).rejects.toMatchObject({ code: 'JOBS_UNKNOWN_TYPE' });
    const error = (await types.get(many.type).catch((thrown: unknown) => thrown)) as Error;
    expect(error.message.length).toBeLessThan(1_000);
  });
});
