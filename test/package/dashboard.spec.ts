import { readFileSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { isBuiltin } from 'node:module';
import { join, resolve } from 'node:path';
import { useBrowser } from '../dashboard/browser.js';
import { FASTIFY } from '../hosts/host-project.js';
import { startApp } from '../hosts/running-app.js';
import { tsconfigOf, type Shape } from '../hosts/shapes.js';
import { DASHBOARD_WELL, tryDashboard } from '../hosts/try-dashboard.js';
import { buildTypes } from './built-types.js';
import { useOutsideApp } from './outside-app.js';
import { useDatabase } from '../support/use-database.js';

const TSC = resolve('node_modules/typescript/bin/tsc');

/** What a host has beside what the packages ask for. */
const OF_THE_HOST = ['@nestjs/swagger', '@types/node', 'helmet'];

/** Boots the dashboard, and prints how it answers. */
const BARE = `
  import 'reflect-metadata';
  import { jobsEntities, JobsModule, jobsMigrations } from '@monstera/jobs';
  import { JobsDashboardModule, setupApiDocs } from '@monstera/jobs-dashboard';
  import { Module } from '@nestjs/common';
  import { NestFactory } from '@nestjs/core';
  import { TypeOrmModule } from '@nestjs/typeorm';

  const url = process.env.DATABASE_URL;
  const AppModule = class AppModule {};
  Module({
    imports: [
      TypeOrmModule.forRoot({ type: 'postgres', url, entities: [...jobsEntities], migrations: [...jobsMigrations], migrationsRun: true }),
      JobsModule.forRoot({ role: 'producer' }),
      JobsDashboardModule.forRoot({ adminToken: 'secret' }),
    ],
  })(AppModule);

  const app = await NestFactory.create(AppModule, { logger: false, abortOnError: false });
  let docs = 'there';
  try {
    setupApiDocs(app);
  } catch (error) {
    docs = error.message.slice(0, 15);
  }
  await app.listen(0, '127.0.0.1');
  const signIn = await fetch((await app.getUrl()) + '/jobs/sign-in?token=secret', { redirect: 'manual' });
  const cookie = signIn.headers.get('set-cookie').split(';')[0];
  const page = await fetch(new URL(signIn.headers.get('location'), signIn.url), { headers: { cookie } });
  const api = await fetch(page.url + '/api/v1/overview', { headers: { cookie } });
  console.log(JSON.stringify({ docs, page: page.status, api: api.status }));
  await app.close();
`;

beforeAll(buildTypes, 180_000);

describe('the package @monstera/jobs-dashboard, from its tarball', () => {
  const browser = useBrowser();
  const app = useOutsideApp('@monstera/jobs-dashboard', '@monstera/jobs');
  const database = useDatabase({ migrated: false });

  beforeAll(async () => {
    for (const name of OF_THE_HOST) await app.link(name);
  });

  const writeApp = async ({ modules, http }: Pick<Shape, 'modules' | 'http'>) => {
    await app.write('package.json', JSON.stringify({ type: modules === 'ESM' ? 'module' : 'commonjs' }));
    await app.write('tsconfig.json', JSON.stringify(tsconfigOf({ nest: 12, modules })));
    for (const file of await readdir('test/hosts/dashboard-app'))
      await app.write(join('src', file), await readFile(join('test/hosts/dashboard-app', file), 'utf8'));
    if (http === 'Fastify') await app.write('src/http-adapter.ts', FASTIFY);
    await app.node([TSC, '-p', '.']);
  };

  it('holds the compiled code, its types, the built pages with their licences, the README and the licence', async () => {
    const files = await app.packedFiles();
    const others = files.filter((file) => !/^dist\/(?!web\/bundle\/).*\.(js|js\.map|d\.ts)$/.test(file));
    expect(files).toEqual(expect.arrayContaining(['dist/index.js', 'dist/index.d.ts']));
    const named = others.map((file) => file.replace(/-[\w-]{8}(\.\w+)$/, '-<digest>$1'));
    expect([...new Set(named)].sort((a, b) => (a < b ? -1 : 1))).toEqual([
      'LICENSE',
      'README.md',
      'dist/web/bundle/assets/icon-<digest>.svg',
      'dist/web/bundle/assets/index-<digest>.css',
      'dist/web/bundle/assets/index-<digest>.js',
      'dist/web/bundle/assets/performance-screen-<digest>.js',
      'dist/web/bundle/assets/run-charts-<digest>.js',
      'dist/web/bundle/index.html',
      'dist/web/bundle/licenses.md',
      'package.json',
    ]);
    expect(files.filter((file) => /spec/.test(file))).toEqual([]);
    expect(await app.readPacked('dist/web/bundle/licenses.md')).toContain('react-dom');
    expect(await app.readPacked('LICENSE')).toBe(readFileSync('LICENSE', 'utf8'));
  });

  it('asks for every package that it imports, and for no other', async () => {
    const imported = new Set<string>();
    const isCode = (file: string) => /^dist\/(?!web\/bundle\/).*\.(js|d\.ts)$/.test(file);
    for (const file of (await app.packedFiles()).filter(isCode))
      for (const [, name = ''] of (await app.readPacked(file)).matchAll(
        /\b(?:from |import\(|\)\()["']([@a-z][^"']*)["']/g,
      ))
        if (!isBuiltin(name)) imported.add(name.split('/', name.startsWith('@') ? 2 : 1).join('/'));
    const { dependencies, peerDependencies } = await app.manifest();
    // Used as a global, or by Nest: which HTTP server there is, the host decides.
    const byNest = ['reflect-metadata', '@nestjs/platform-express', '@nestjs/platform-fastify'];
    expect([...imported, ...byNest].sort()).toEqual(Object.keys({ ...dependencies, ...peerDependencies }).sort());
  });

  it.each([
    { modules: 'ESM', http: 'Express', path: '/api/ops/queue', env: { PREFIX: 'api' } },
    { modules: 'CommonJS', http: 'Fastify', path: '/ops/queue', env: { PREFIX: 'api', OUTSIDE: '1' } },
  ] as const)(
    'is served by an application in $modules on $http at $path',
    async ({ path, env, ...shape }) => {
      await writeApp(shape);
      const running = await startApp(app.path, { DATABASE_URL: database.url, ...env });
      try {
        expect(await tryDashboard(browser, running, path, database.url)).toEqual(DASHBOARD_WELL);
        const docs = (await (await fetch(`${running.address}/docs-json`)).json()) as { paths: object };
        expect(Object.keys(docs.paths)).toContain(`${path}/api/v1/jobs/{id}`);
      } finally {
        await running.stop();
      }
    },
    120_000,
  );

  it('needs no @nestjs/swagger, and says so where the OpenAPI document is asked for', async () => {
    const env = { DATABASE_URL: database.url };
    await app.write('bare.mjs', BARE);
    expect(JSON.parse(await app.node(['bare.mjs'], env))).toEqual({ docs: 'there', page: 200, api: 200 });
    await app.unlink('@nestjs/swagger');
    expect(JSON.parse(await app.node(['bare.mjs'], env))).toEqual({ docs: 'JOBS_NO_SWAGGER', page: 200, api: 200 });
  }, 60_000);
});

describe('the sources of @monstera/jobs-dashboard', () => {
  const ROOT = 'libs/jobs-dashboard/src';

  /** The types are those of Nest 12, so that a compiler cannot see what Nest 11 does not have. */
  it('take the values of requests with their own decorators, which also check them with Nest 11', async () => {
    const files = (await readdir(ROOT, { recursive: true })).filter((name) => name.endsWith('.controller.ts'));
    const texts = await Promise.all(files.map((file) => readFile(join(ROOT, file), 'utf8')));
    const ofNest = texts.filter((text) => {
      const [, names = ''] = /import \{([^}]*)\} from '@nestjs\/common';/.exec(text) ?? [];
      return /\b(Body|Query)\b/.test(names) && /@(Body|Query)\(\{/.test(text);
    });
    expect(files.length).toBeGreaterThan(8);
    expect(ofNest).toEqual([]);
  });
});
