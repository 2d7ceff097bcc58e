import { rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { useBrowser } from '../dashboard/browser.js';
import { HostProject, pack } from './host-project.js';
import { startApp } from './running-app.js';
import { packagesOf, type Shape } from './shapes.js';
import { DASHBOARD_WELL, tryDashboard } from './try-dashboard.js';
import { useDatabase } from '../support/use-database.js';

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
  const browser = useBrowser();
  const database = useDatabase({ migrated: false });
  let project: HostProject;

  beforeAll(async () => {
    const tarballs = await pack('@monstera/jobs', '@monstera/jobs-dashboard');
    const packages = [...packagesOf({ nest, typeorm }), `@nestjs/swagger@${nest}`, 'helmet@8'];
    project = await HostProject.create(tarballs, packages);
    await rm(dirname(tarballs[0]!), { recursive: true });
  }, INSTALL_MS);

  afterAll(() => project.remove());

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
