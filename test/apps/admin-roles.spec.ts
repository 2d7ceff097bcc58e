import { JobsDashboardModule, type HostRequest, type JobsDashboardOptions } from '@monstera/jobs-dashboard';
import type { CanActivate } from '@nestjs/common';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { startHttpHost, type HttpHost } from '../jobs/http-host.js';
import { API, cleanup, startAdminHost, tablesOf } from './admin-host.js';
import { useDatabase } from '../support/use-database.js';

/** Signs in whoever names himself, as a host's guard does: what it knows is on the request. */
const guard: CanActivate = {
  canActivate: (context) => {
    const request = context.switchToHttp().getRequest<{ headers: Record<string, string>; user?: { is: string } }>();
    request.user = { is: request.headers['x-user-is'] ?? '' };
    return request.user.is !== '';
  },
};

const ROLES = { reader: 'viewer', clerk: 'operator', chief: 'admin' } as const;

const roleOf = async ({ user }: HostRequest) =>
  (ROLES as Record<string, 'viewer' | 'operator' | 'admin'>)[(user as { is: string }).is] ?? null;

const OPTIONS: JobsDashboardOptions = { production: true, guard, role: roleOf, environment: 'staging' };

describe('the roles that a host gives', () => {
  const database = useDatabase();
  let host: HttpHost;

  afterEach(() => host.close());

  it.each([
    ['Express', () => undefined],
    ['Fastify', () => new FastifyAdapter()],
  ])('decide what a request may do, and are told to the pages: %s', async (_name, adapter) => {
    host = await startHttpHost({
      url: database.url,
      imports: [JobsDashboardModule.forRoot(OPTIONS)],
      jobs: { definitions: [cleanup], role: 'producer' },
      adapter: adapter(),
    });
    const id = await tablesOf(host).insert('pending');
    const as = (user: string) => ({ 'x-user-is': user });
    const overview = async (user: string) => (await host.http.get(`${API}/overview`).set(as(user)).expect(200)).body;

    for (const [user, role] of Object.entries(ROLES))
      expect(await overview(user)).toMatchObject({ role, environment: 'staging' });
    const { body } = await host.http.post(`${API}/jobs/${id}/cancel`).set(as('reader')).expect(403);
    expect(body).toMatchObject({ errorCode: 'JOBS_ADMIN_ROLE_TOO_LOW', detail: 'This needs the role "operator".' });
    await host.http.get(`${API}/overview`).set(as('stranger')).expect(403);
    await host.http.get(`${API}/overview`).expect(403);
    await host.http.post(`${API}/jobs/${id}/cancel`).set(as('clerk')).expect(200);
  });

  it('are all there is to say for a guard without them: every action is offered', async () => {
    host = await startAdminHost(database.url, { production: true, guard });

    const { body } = await host.http.get(`${API}/overview`).set({ 'x-user-is': 'anybody' }).expect(200);
    expect(body).toMatchObject({ role: 'admin', environment: 'production' });
  });

  it('cannot be anything else, and then nothing is answered', async () => {
    host = await startAdminHost(database.url, { ...OPTIONS, role: () => 'owner' as 'admin' });

    const { body } = await host.http.get(`${API}/overview`).set({ 'x-user-is': 'chief' }).expect(500);
    expect(body.errorCode).toBe('JOBS_INTERNAL_ERROR');
  });

  it('hide payloads from viewers where the host says so', async () => {
    host = await startAdminHost(database.url, { ...OPTIONS, viewersSeePayloads: false });
    const id = await tablesOf(host).insert('completed');
    const get = (user: string, path: string) => host.http.get(`${API}/${path}`).set({ 'x-user-is': user });

    expect((await get('reader', `jobs/${id}`).expect(200)).body).toMatchObject({
      payload: null,
      result: null,
      payloadHidden: true,
    });
    expect((await get('clerk', `jobs/${id}`).expect(200)).body).toMatchObject({ payload: {}, payloadHidden: false });
    for (const path of ['jobs', 'jobs/count', 'jobs/export']) {
      const { body } = await get('reader', `${path}?payload={"a":1}`).expect(403);
      expect(body.errorCode).toBe('JOBS_ADMIN_PAYLOAD_HIDDEN');
      await get('clerk', `${path}?payload={"a":1}`).expect(200);
      await get('reader', path).expect(200);
    }
  });
});
