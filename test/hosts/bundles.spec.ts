import { rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { ALL_WELL } from './all-well.js';
import { Bundler } from './bundler.js';
import { HostProject, packLibrary } from './host-project.js';
import { BUNDLES, packagesWith } from './tool-shapes.js';
import { useDatabase } from '../support/use-database.js';

const INSTALL_MS = 600_000;
const RUN_MS = 300_000;

describe.each(['esbuild', 'webpack', 'rspack'] as const)('an application that %s bundles with the library', (tool) => {
  let project: HostProject;
  let bundler: Bundler;
  const database = useDatabase({ each: true, migrated: false });

  beforeAll(async () => {
    const tarball = await packLibrary();
    project = await HostProject.create(tarball, packagesWith(tool));
    await rm(dirname(tarball), { recursive: true });
    bundler = new Bundler(tool, project);
  }, INSTALL_MS);

  afterAll(() => project.remove());

  describe.each(BUNDLES.filter((shape) => shape.tool === tool))('as $what', ({ what: modules }) => {
    it(
      "enqueues, runs, reads, is probed and scraped, and closes, with the thread's file beside it",
      async () => {
        await bundler.bundle(modules);
        expect(JSON.parse(await bundler.run(database.url))).toEqual(ALL_WELL);
      },
      RUN_MS,
    );

    it(
      "says what to do if the thread's file is no entry",
      async () => {
        await bundler.bundle(modules, { withoutThread: true });
        await expect(bundler.run(database.url)).rejects.toThrow(
          /JOBS_NO_HEARTBEAT_THREAD: [^]* or bundle @monstera\/jobs\/heartbeat-thread as an entry/,
        );
      },
      RUN_MS,
    );

    it(
      'has no metrics if prom-client is not installed',
      async () => {
        await project.without('node_modules/prom-client', () => bundler.bundle(modules));
        const lines = (await bundler.run(database.url)).trim().split('\n');
        expect(lines).toContainEqual(expect.stringContaining('prom-client'));
        expect(JSON.parse(lines.at(-1)!)).toEqual({ ...ALL_WELL, scraped: false });
      },
      RUN_MS,
    );
  });
});
