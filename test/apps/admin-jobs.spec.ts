import { JobService, ProcessesJob, type JobContext, type JobProcessor } from '@monstera/jobs';
import { Injectable } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { DataSource } from 'typeorm';
import { eventually } from '../support/index.js';
import { API, held, startOperatedHost, tablesOf } from './admin-host.js';
import { useStarted } from '../support/use-started.js';

/** Runs until its signal fires. */
@Injectable()
@ProcessesJob(held)
class HeldProcessor implements JobProcessor<typeof held> {
  process(_job: unknown, { signal }: JobContext): Promise<void> {
    return new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)));
  }
}

describe('one job over the admin API', () => {
  const host = useStarted((url) => startOperatedHost(url));
  const tables = tablesOf(host);

  afterEach(() => tables.clear());

  const post = (path: string, body?: object) => host.http.post(`${API}/${path}`).send(body);

  describe('GET /jobs', () => {
    it('lists and counts what matches, without payloads, page by page', async () => {
      const ids = [await tables.insert('failed'), await tables.insert('failed'), await tables.insert('completed')];
      const first = await host.http.get(`${API}/jobs`).query({ status: 'failed', limit: 1 }).expect(200);
      const after = (first.body as { next: string }).next;
      const second = await host.http.get(`${API}/jobs`).query({ status: 'failed', limit: 1, after }).expect(200);
      const seen = [first, second].flatMap(({ body }) => (body as { jobs: { id: string }[] }).jobs.map(({ id }) => id));
      expect(seen.sort()).toEqual(ids.slice(0, 2).sort());
      expect(first.text).not.toMatch(/payload|result/);
      const count = await host.http.get(`${API}/jobs/count?status=failed&status=completed`).expect(200);
      expect(count.body).toEqual({ count: 3, capped: false });
    });

    it.each([
      ['stauts=failed', 'request'],
      ['status=done', 'status'],
      ['payload=%7B', 'payload'],
      ['payload=7', 'payload'],
      ['since=yesterday', 'since'],
      ['limit=1001', 'limit'],
      ['limit=x', 'limit'],
      ['after=x', 'after'],
      [`error=${'x'.repeat(201)}`, 'error'],
    ])('answers 400 for ?%s', async (query, path) => {
      const { body } = await host.http.get(`${API}/jobs?${query}`).expect(400);
      expect(body.issues).toEqual([expect.objectContaining({ path })]);
      expect(JSON.stringify(body.issues)).toContain(query.split('=')[0]);
    });
  });

  describe('GET /jobs/:id', () => {
    it('answers 404 for an id that no job has, and 400 for what is no id', async () => {
      const id = randomUUID();
      const missing = await host.http.get(`${API}/jobs/${id}`).expect(404).expect('cache-control', 'no-store');
      expect(missing.body).toMatchObject({ errorCode: 'JOBS_NOT_FOUND', detail: expect.stringContaining(id) });

      const invalid = await host.http.get(`${API}/jobs/latest`).expect(400);
      expect(invalid.body).toMatchObject({
        errorCode: 'JOBS_INVALID_OPTION',
        issues: [{ path: 'id' }],
        fix: 'Pass the id that enqueue() returned.',
      });
    });

    it('shows failed attempts', async () => {
      const id = await tables.insert('failed');
      await host
        .get(DataSource)
        .query(`insert into job_failures (job_id, run, attempt, error) values ($1, 1, 1, 'Error: 550')`, [id]);

      const { body } = await host.http.get(`${API}/jobs/${id}`).expect(200);

      expect(body.failures).toEqual([{ attempt: 1, error: 'Error: 550', failedAt: expect.stringMatching(/Z$/) }]);
    });
  });

  describe('POST /jobs/:id/cancel', () => {
    it('cancels a job that waits, and notes it', async () => {
      const id = await tables.insert('pending');

      const { body } = await post(`jobs/${id}/cancel`).expect(200);

      expect(body).toEqual({ id, status: 'cancelled' });
      expect(await host.get(JobService).get(id)).toMatchObject({ status: 'cancelled' });
      expect(await tables.audit()).toEqual([
        { actor: 'admin token', action: 'job.cancel', job_id: id, details: { status: 'cancelled' } },
      ]);
    });

    it('answers 409 for a finished job, and notes nothing', async () => {
      const { body } = await post(`jobs/${await tables.insert('completed')}/cancel`).expect(409);

      expect(body).toMatchObject({ status: 409, errorCode: 'JOBS_ALREADY_FINISHED', fix: expect.any(String) });
      expect(await tables.audit()).toEqual([]);
    });

    it('answers 404 for an unknown id', async () => {
      const { body } = await post(`jobs/${randomUUID()}/cancel`).expect(404);
      expect(body.errorCode).toBe('JOBS_NOT_FOUND');
    });

    it('takes no fields', async () => {
      const id = await tables.insert('pending');

      expect((await post(`jobs/${id}/cancel`, { force: true }).expect(400)).body.errorCode).toBe(
        'JOBS_INVALID_REQUEST',
      );
      expect(await host.get(JobService).get(id)).toMatchObject({ status: 'pending' });
      await post(`jobs/${id}/cancel`, {}).expect(200);
    });
  });

  describe('POST /jobs/:id/retry', () => {
    it.each(['failed', 'cancelled'])('makes a %s job due again, and notes it', async (status) => {
      const id = await tables.insert(status);

      expect((await post(`jobs/${id}/retry`).expect(200)).body).toEqual({ id, status: 'pending' });
      expect(await host.get(JobService).get(id)).toMatchObject({ status: 'pending', attempts: 0 });
      expect(await tables.audit()).toMatchObject([{ action: 'job.retry', job_id: id }]);
    });

    it('answers 409 for a job that has not failed', async () => {
      const { body } = await post(`jobs/${await tables.insert('completed')}/retry`).expect(409);
      expect(body).toMatchObject({
        errorCode: 'JOBS_NOT_RETRYABLE',
        fix: expect.stringContaining('enqueue a new job'),
      });
    });
  });
});

describe('the admin API over a running job', () => {
  const host = useStarted((url) => startOperatedHost(url, [HeldProcessor]));

  it('asks the worker to cancel, and answers 202', async () => {
    const { id } = (await host.http.post(`${API}/jobs`).send({ type: 'held' }).expect(201)).body;
    const get = async () => (await host.http.get(`${API}/jobs/${id}`)).body;
    await eventually(async () => expect(await get()).toMatchObject({ status: 'processing' }));

    const { body } = await host.http.post(`${API}/jobs/${id}/cancel`).expect(202);

    expect(body).toEqual({ id, status: 'processing' });
    await eventually(async () => expect(await get()).toMatchObject({ status: 'cancelled' }), { timeoutMs: 10_000 });
  });
});
