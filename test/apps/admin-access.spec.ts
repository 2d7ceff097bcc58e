import { JobService } from '@monstera/jobs';
import { Logger, type CanActivate } from '@nestjs/common';
import type { HttpHost } from '../jobs/http-host.js';
import { createTestDatabase, type TestDatabase } from '../support/index.js';
import { API, startAdminHost, tablesOf } from './admin-host.js';

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
    host = await startAdminHost(database.url, { production: true, adminToken: '' });
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
      host = await startAdminHost(database.url, { production, adminToken: 'a-long-secret' });
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
    host = await startAdminHost(database.url, { production: true, guard });

    await pending().expect(403);
    await pending().set('x-role', 'operator').expect(200);
  });

  it('refuses what a page of another origin has a browser send', async () => {
    host = await startAdminHost(database.url, { production: false });
    const id = await tablesOf(host).insert('pending');
    for (const headers of [
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site' },
      { origin: 'https://evil.example' },
    ]) {
      const { body } = await host.http.post(`${API}/jobs/${id}/cancel`).set(headers).expect(403);
      expect(body.errorCode).toBe('JOBS_ADMIN_CROSS_SITE');
    }

    expect(await host.get(JobService).get(id)).toMatchObject({ status: 'pending' });
    await host.http.post(`${API}/jobs/${id}/cancel`).set('sec-fetch-site', 'same-origin').expect(200);
  });

  it('answers, without a token, only those who call this machine by its own name', async () => {
    host = await startAdminHost(database.url, { production: false });
    for (const headers of [{ host: 'rebound.example' }, { 'x-forwarded-for': '203.0.113.9' }]) {
      const { body } = await host.http.get(`${API}/stats/pending`).set(headers).expect(403);
      expect(body).toMatchObject({
        errorCode: 'JOBS_ADMIN_LOCAL_ONLY',
        fix: expect.stringContaining('JOBS_ADMIN_TOKEN'),
      });
    }
  });
});
