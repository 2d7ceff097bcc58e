import { rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Browser } from 'playwright-core';
import { launchBrowser } from '../dashboard/browser.js';
import { createTestDatabase, type TestDatabase } from '../support/index.js';
import { HostProject, pack } from './host-project.js';
import { startApp } from './running-app.js';
import { packagesOf, type Shape } from './shapes.js';
import { DASHBOARD_WELL, tryDashboard } from './try-dashboard.js';

const INSTALL_MS = 600_000;
const RUN_MS = 300_000;

const PLACES = [
  { PREFIX: '', path: '/ops/queue' },
  { PREFIX: 'api', path: '/api/ops/queue' },
  { PREFIX: 'api', OUTSIDE: '1', path: '/ops/queue' },
];
const SHAPES = (['ESM', 'CommonJS'] as const).flatMap((modules) =>
  (['Express', 'Fastify'] as const).map((http) => ({ modules, http })),
);

describe.each([
  { nest: 11, typeorm: '0.3' },
  { nest: 12, typeorm: '1.1' },
] satisfies Pick<Shape, 'nest' | 'typeorm'>[])('the dashboard in applications with Nest $nest', ({ nest, typeorm }) => {
  let project: HostProject;
  let browser: Browser;
  let database: TestDatabase;

  beforeAll(async () => {
    const tarballs = await pack('@monstera/jobs', '@monstera/jobs-dashboard');
    const packages = [...packagesOf({ nest, typeorm }), `@nestjs/swagger@${nest}`, 'helmet@8'];
    project = await HostProject.create(tarballs, packages);
    await rm(dirname(tarballs[0]!), { recursive: true });
    [browser, database] = await Promise.all([launchBrowser(), createTestDatabase({ migrated: false })]);
  }, INSTALL_MS);

  afterAll(async () => {
    await browser.close();
    await project.remove();
    await database.drop();
  });

  it.each(SHAPES)(
    'works at its path, alone, below a prefix and outside of it: $modules, $http',
    async ({ modules, http }) => {
      await project.writeApp({ nest, modules, http }, 'test/hosts/dashboard-app');
      await project.compile();
      for (const { path, ...env } of PLACES) {
        const app = await startApp(project.path, { DATABASE_URL: database.url, ...env });
        const found = await tryDashboard(browser, app, path, database.url).finally(() => app.stop());
        expect([env, found]).toEqual([env, DASHBOARD_WELL]);
      }
    },
    RUN_MS,
  );
});
