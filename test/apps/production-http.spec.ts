import { type ReadyApp, useAppFolder } from '../support/app-process.js';
import { eventually } from '../support/index.js';
import { TcpProxy } from '../support/tcp-proxy.js';
import { useDatabase } from '../support/use-database.js';
import { used } from '../support/used.js';

const OPERATOR = { authorization: 'Bearer token-of-an-operator' };
const VIEWER = { authorization: 'Bearer token-of-a-viewer' };
const FEATURES = ['/users', '/weekly-reports?week=2024-W03', '/monthly-reports/2024-01', '/jobs/api/v1/stats/pending'];

describe('the API in production', () => {
  const folder = useAppFolder();
  const database = useDatabase();
  const proxy = used(
    () => TcpProxy.to(database.url),
    (opened) => opened.close(),
  );

  const start = (env: Record<string, string>): Promise<ReadyApp> =>
    folder.start({
      env: { NODE_ENV: 'production', JOBS_ROLE: 'producer', DATABASE_URL: proxy.through(database.url), ...env },
      readyWithinMs: 60_000,
    });

  const codesOf = async (app: ReadyApp, paths: string[], init: RequestInit = {}) => {
    const answers = await Promise.all(paths.map((path) => fetch(app.address + path, init)));
    return Promise.all(
      answers.map(async (answer) => [answer.status, ((await answer.json()) as { errorCode?: string }).errorCode]),
    );
  };

  it('shows nothing but its start page, probes and metrics without a token, and makes none', async () => {
    const app = await start({});

    expect(await codesOf(app, [...FEATURES, '/docs', '/docs-json', '/nowhere'])).toEqual(
      Array.from({ length: 7 }, () => [404, 'NOT_FOUND']),
    );
    for (const path of ['/', '/health/ready', '/health/live', '/metrics'])
      expect([path, (await fetch(app.address + path)).status]).toEqual([path, 200]);
    await expect(folder.token()).rejects.toThrow('ENOENT');
    expect(await app.end('SIGTERM')).toBe(0);
  }, 90_000);

  it('asks every feature for a role, says when the database is away, and hardens every answer', async () => {
    const app = await start({
      JOBS_ADMIN_TOKEN: 'token-of-an-operator',
      JOBS_VIEWER_TOKEN: 'token-of-a-viewer',
      API_DOCS: 'true',
    });
    const body = JSON.stringify({ name: 'Ada', email: 'ada@example.com' });
    const post = (headers: Record<string, string>) => ({
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body,
    });

    expect(await codesOf(app, FEATURES)).toEqual(FEATURES.map(() => [401, 'JOBS_ADMIN_UNAUTHORIZED']));
    expect(await codesOf(app, ['/users'], post({}))).toEqual([[401, 'JOBS_ADMIN_UNAUTHORIZED']]);
    expect(await codesOf(app, ['/users'], post(VIEWER))).toEqual([[403, 'JOBS_ADMIN_READ_ONLY']]);
    expect((await fetch(`${app.address}/users`, post(OPERATOR))).status).toBe(201);
    expect((await fetch(`${app.address}/users`, { headers: VIEWER })).status).toBe(200);
    expect((await fetch(`${app.address}/docs`)).status).toBe(200);

    await expectHardened(app);
    await proxy.close();
    const reading = FEATURES.filter((path) => !path.startsWith('/monthly'));
    await eventually(async () =>
      expect(await codesOf(app, reading, { headers: VIEWER })).toEqual(
        reading.map(() => [503, 'JOBS_DATABASE_UNAVAILABLE']),
      ),
    );
    expect(await codesOf(app, ['/users', '/jobs/api/v1/jobs'], post(OPERATOR))).toEqual([
      [503, 'JOBS_DATABASE_UNAVAILABLE'],
      [400, 'JOBS_INVALID_REQUEST'],
    ]);
    const { headers } = await fetch(`${app.address}/users`, { headers: VIEWER });
    expect([headers.get('content-type'), headers.get('retry-after')]).toEqual([
      'application/problem+json; charset=utf-8',
      '5',
    ]);
  }, 90_000);

  async function expectHardened(app: ReadyApp): Promise<void> {
    for (const path of ['/', '/docs', '/users', '/nowhere', '/users/%ff', '/metrics', '/health/live']) {
      const { headers } = await fetch(app.address + path, { method: path.includes('%') ? 'DELETE' : 'GET' });
      expect([path, headers.get('x-powered-by'), headers.get('x-frame-options')]).toEqual([path, null, 'DENY']);
      expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
      expect(headers.get('x-content-type-options')).toBe('nosniff');
    }
  }
});
