import { Reflector, type AbstractHttpAdapter } from '@nestjs/core';
import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import {
  JobsDashboardModule,
  routeAccess,
  type JobsDashboardExtras,
  type JobsDashboardOptions,
} from '@monstera/jobs-dashboard';
import { gzipSync } from 'node:zlib';
import { TOKEN } from '../apps/admin-host.js';
import { startHttpHost, type HttpHost } from '../jobs/http-host.js';
import { addressOf } from './browser.js';
import { useDatabase } from '../support/use-database.js';

const HTML = { accept: 'text/html', authorization: `Bearer ${TOKEN}` };
const OPEN: JobsDashboardOptions & JobsDashboardExtras = { production: true, adminToken: TOKEN };
const FIRST_LOAD_BYTES = 200 * 1024;

const adapters: [string, () => AbstractHttpAdapter][] = [
  ['Express', () => new ExpressAdapter()],
  ['Fastify', () => new FastifyAdapter()],
];

/** Not a provider of the host. */
@Injectable()
class ForViewers implements CanActivate {
  constructor(private readonly reflector: Reflector) {}

  canActivate(context: ExecutionContext): boolean {
    return this.reflector instanceof Reflector && routeAccess(context) === 'viewer';
  }
}

describe.each(adapters)('the dashboard on %s', (_, newAdapter) => {
  const database = useDatabase();
  let host: HttpHost | undefined;

  afterEach(async () => {
    await host?.close();
    host = undefined;
  });

  const start = async (dashboard = OPEN, prefix = '') => {
    host = await startHttpHost({
      url: database.url,
      imports: [JobsDashboardModule.forRoot(dashboard)],
      jobs: { role: 'producer' },
      adapter: newAdapter(),
      beforeListen: (app) => app.setGlobalPrefix(prefix),
    });
    return (path: string, headers: Record<string, string> = HTML) =>
      fetch(new URL(path, addressOf(host!)), { headers, redirect: 'manual' });
  };

  /** Addresses of what a page loads, as a browser would resolve them. */
  const assetsOf = (page: string, url: string): string[] => {
    const base = new URL(/<base href="([^"]+)"/.exec(page)![1]!, url);
    return [...page.matchAll(/(?:src|href)="(\.\/assets\/[^"]+)"/g)].map(([, path]) => new URL(path!, base).pathname);
  };

  it.each(['', 'ops/queue'])(
    'answers each screen with a page whose parts are there, under the prefix "%s"',
    async (prefix) => {
      const get = await start(OPEN, prefix);
      const root = prefix && `/${prefix}`;
      for (const screen of [
        '',
        'overview',
        'job/x',
        'queues',
        'workers',
        'schedules',
        'errors',
        'performance',
        'audit',
        'enqueue',
        'system',
      ]) {
        const response = await get(`${root}/jobs${screen && `/${screen}`}`);
        const page = await response.text();
        expect([screen, response.status]).toEqual([screen, 200]);
        expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
        const assets = assetsOf(page, response.url);
        expect(assets.map((path) => path.slice(0, root.length + 13))).toEqual(Array(3).fill(`${root}/jobs/assets/`));
        for (const path of assets) {
          const asset = await get(path);
          // A body that nobody reads keeps its connection, and the server, open.
          await asset.arrayBuffer();
          expect([path, asset.status]).toEqual([path, 200]);
        }
      }
      expect((await get(`${root}/jobs/nothing`)).status).toBe(404);
    },
  );

  it('is at its path, where it is signed in to, and nowhere else', async () => {
    const get = await start({ ...OPEN, path: '/ops/queue/' }, 'api');
    const refused = await get('/api/ops/queue/queues', { accept: 'text/html' });
    expect(await refused.text()).toContain('/ops/queue/sign-in?token=…');
    const signedIn = await get(`/api/ops/queue/sign-in?token=${TOKEN}`, {});
    expect([signedIn.status, signedIn.headers.get('location')]).toEqual([303, '../queue']);
    const cookie = signedIn.headers.get('set-cookie')!.split(';')[0]!;
    const home = new URL(signedIn.headers.get('location')!, signedIn.url).pathname;
    expect((await get(home, { cookie })).status).toBe(200);
    expect((await get(`${home}/api/v1/overview`, { cookie })).status).toBe(200);
    for (const elsewhere of ['/ops/queue', '/api/jobs', '/api', '/api/overview'])
      expect([elsewhere, (await get(elsewhere)).status]).toEqual([elsewhere, 404]);
  });

  it('makes a guard of the host with what it injects', async () => {
    await start({ guard: ForViewers });
    await host!.http.get('/jobs').expect(200);
    await host!.http.post('/jobs/api/v1/jobs').send({}).expect(403);
  });

  it('allows no inline code, no other host and no frame, and loads less than 200 KB', async () => {
    const get = await start();
    const response = await get('/jobs');
    const page = await response.text();
    expect(response.headers.get('content-security-policy')).toBe(
      "default-src 'self'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'; object-src 'none'",
    );
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(page).not.toMatch(/<script(?![^>]*\bsrc=)|<style|\bstyle=|\bon\w+=|https?:/);

    let bytes = gzipSync(page).length;
    for (const path of assetsOf(page, response.url)) {
      const asset = await get(path);
      expect(asset.headers.get('cache-control')).toBe('private, max-age=31536000, immutable');
      expect(asset.headers.get('x-content-type-options')).toBe('nosniff');
      expect(asset.headers.get('content-encoding')).toBe('gzip');
      bytes += Number(asset.headers.get('content-length'));
    }
    expect(bytes).toBeLessThan(FIRST_LOAD_BYTES);
  });

  it('sends assets as they are to who takes no compression', async () => {
    const get = await start();
    const page = await (await get('/jobs')).text();
    const [path = ''] = assetsOf(page, `${addressOf(host!)}/jobs`).filter((each) => each.endsWith('.js'));
    const plain = await get(path, { ...HTML, 'accept-encoding': 'identity' });
    const zipped = await get(path, { ...HTML, 'accept-encoding': 'gzip' });

    expect(plain.headers.get('content-encoding')).toBeNull();
    expect(plain.headers.get('content-type')).toBe('text/javascript; charset=utf-8');
    expect(await plain.text()).toBe(await zipped.text());
  });

  it.each([
    'assets/../index.html',
    'assets/..%2f..%2f..%2fpackage.json',
    'assets/%2e%2e%2findex.html',
    'assets/..%5cindex.html',
    'assets/index.html',
    'assets/licenses.md',
    'assets/%00',
    'assets/__proto__',
    'assets/',
    'assets/index.js/..',
  ])('has nothing at %s', async (path) => {
    await start();
    const { http } = host!;
    const { status } = await http.get(`/jobs/${path}`).set(HTML);
    expect([400, 404]).toContain(status);
  });

  it('refuses strangers: a browser with a page, others with a problem', async () => {
    const get = await start();
    const page = await get('/jobs/queues', { accept: 'text/html', 'accept-language': 'ja' });
    expect(page.status).toBe(401);
    expect(page.headers.get('content-security-policy')).toMatch(
      /^default-src 'none'; style-src 'sha256-.*frame-ancestors 'none'$/,
    );
    const text = await page.text();
    expect(text).toContain('<html lang="ja">');
    expect(text).toContain('action="./sign-in"');
    expect(text).not.toContain('<script');

    const problem = await get('/jobs', {});
    expect([problem.status, problem.headers.get('content-type')]).toEqual([
      401,
      'application/problem+json; charset=utf-8',
    ]);
    expect((await get('/jobs/assets/x.js', {})).status).toBe(401);
  });

  it('leaves it to a guard of the host, and is not there while it is closed', async () => {
    const guard: CanActivate = {
      canActivate: (context) => context.switchToHttp().getRequest().headers['x-ok'] === '1',
    };
    let get = await start({ production: true, guard });
    const refused = await get('/jobs');
    expect(refused.status).toBe(403);
    expect(await refused.text()).not.toContain('<form');
    expect((await get('/jobs', { 'x-ok': '1' })).status).toBe(200);
    await host!.close();

    get = await start({ production: true });
    const closed = await get('/jobs');
    expect(closed.status).toBe(404);
    expect(await closed.json()).toMatchObject({ message: 'Cannot GET /jobs' });
  });
});
