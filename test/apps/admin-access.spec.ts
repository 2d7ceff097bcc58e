import { JobService } from '@monstera/jobs';
import { Logger, type CanActivate } from '@nestjs/common';
import { connect, type AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { HttpHost } from '../jobs/http-host.js';
import { API, startAdminHost, startOperatedHost, tablesOf, TOKEN } from './admin-host.js';
import { useDatabase } from '../support/use-database.js';

function sendRaw(port: number, request: string): Promise<string> {
  const socket = connect(port, '127.0.0.1', () => socket.write(request));
  return text(socket);
}

describe('access to the admin API', () => {
  const database = useDatabase();
  let host: HttpHost;

  afterEach(() => host.close());

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
    expect(warn.mock.calls.map(([line]) => line as string)).toEqual([expect.stringContaining('adminToken')]);
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
    host = await startOperatedHost(database.url);
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

  it('lets nobody change anything without a token, and says where it comes from', async () => {
    host = await startAdminHost(database.url, { production: false });
    const id = await tablesOf(host).insert('pending');

    const { body } = await host.http.post(`${API}/jobs/${id}/cancel`).expect(403);

    expect(body).toMatchObject({ errorCode: 'JOBS_ADMIN_READ_ONLY', fix: expect.stringContaining('adminToken') });
    expect(await host.get(JobService).get(id)).toMatchObject({ status: 'pending' });
    await pending().expect(200);
  });

  it('answers, without a token, only those who call this machine by its own name, past no proxy', async () => {
    host = await startAdminHost(database.url, { production: false });
    for (const headers of [{ host: 'rebound.example' }, { 'x-forwarded-for': '203.0.113.9' }, { 'x-real-ip': '::1' }]) {
      const { body } = await host.http.get(`${API}/stats/pending`).set(headers).expect(403);
      expect(body).toMatchObject({
        errorCode: 'JOBS_ADMIN_LOCAL_ONLY',
        fix: expect.stringContaining('adminToken'),
      });
    }
  });

  it('takes nobody for local whom a proxy without any setting passes on', async () => {
    host = await startAdminHost(database.url, { production: false, adminToken: TOKEN, localReads: true });
    const { port } = host.app.getHttpServer().address() as AddressInfo;
    await pending().expect(200);

    // As nginx does: HTTP/1.0, and its own name for the server.
    for (const line of [`GET ${API}/stats/pending`, `POST ${API}/jobs`])
      expect(await sendRaw(port, `${line} HTTP/1.0\r\nHost: 127.0.0.1:${port}\r\n\r\n`)).toMatch(/^HTTP\/1.1 401 /);
  });

  it('lets a viewer look, and change nothing', async () => {
    host = await startAdminHost(database.url, {
      production: true,
      adminToken: TOKEN,
      viewerToken: 'token-of-a-viewer',
    });
    const id = await tablesOf(host).insert('pending');
    const asViewer = { authorization: 'Bearer token-of-a-viewer' };

    await host.http.get(`${API}/jobs/${id}`).set(asViewer).expect(200);
    const { body } = await host.http.post(`${API}/jobs/${id}/cancel`).set(asViewer).expect(403);
    expect(body.errorCode).toBe('JOBS_ADMIN_READ_ONLY');
    await host.http.post(`${API}/jobs/${id}/cancel`).set('authorization', `Bearer ${TOKEN}`).expect(200);
  });

  describe('the link that carries the token', () => {
    const signIn = (token: string) => host.http.get(`/jobs/sign-in?token=${token}`);

    it('signs a browser in, which keeps something else than the token', async () => {
      host = await startAdminHost(database.url, { production: true, adminToken: TOKEN });
      const { headers } = await signIn(TOKEN).expect(303).expect('location', '../jobs');
      const [cookie = ''] = headers['set-cookie'] as unknown as string[];
      expect(cookie).toMatch(/^jobs_session_\d+=[\w-]+; Path=\/; HttpOnly; SameSite=Strict; Max-Age=2592000$/);
      expect(cookie).not.toContain(TOKEN);

      const id = await tablesOf(host).insert('pending');
      const own = { cookie: `other=1; ${cookie.split(';')[0]}`, 'sec-fetch-site': 'same-origin' };
      await host.http
        .post(`${API}/jobs/${id}/cancel`)
        .set({ ...own, 'sec-fetch-site': 'same-site' })
        .expect(403);
      await host.http
        .post(`${API}/jobs/${id}/cancel`)
        .set({ ...own, authorization: 'Bearer wrong' })
        .expect(401);
      await host.http.post(`${API}/jobs/${id}/cancel`).set(own).expect(200);
    });

    it('marks the cookie of a browser that came by HTTPS', async () => {
      host = await startAdminHost(database.url, { production: true, adminToken: TOKEN });
      await signIn(TOKEN)
        .set('x-forwarded-proto', 'https')
        .expect('set-cookie', /; Secure$/);
    });

    it('refuses a wrong token, and is not there while the API is closed', async () => {
      host = await startAdminHost(database.url, { production: true, adminToken: TOKEN });
      for (const query of ['', '?token=', '?token=wrong', `?token=${TOKEN}&token=${TOKEN}`]) {
        const { headers } = await host.http.get(`/jobs/sign-in${query}`).expect(401);
        expect(headers['set-cookie']).toBeUndefined();
      }
      await host.close();
      host = await startAdminHost(database.url, { production: true });
      await signIn(TOKEN).expect(404);
    });
  });
});
