import { rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { ALL_WELL } from './all-well.js';
import { HostProject, packLibrary } from './host-project.js';
import { nameOf, packagesOf, SHAPES } from './shapes.js';
import { useDatabase } from '../support/use-database.js';

const INSTALL_MS = 600_000;
const RUN_MS = 300_000;

/** With `npm run test:hosts` only, which installs packages from the registry: `npm test` leaves this folder out. */
describe('applications of every shape', () => {
  let tarball: string;

  beforeAll(async () => {
    tarball = await packLibrary();
  }, RUN_MS);

  afterAll(() => rm(dirname(tarball), { recursive: true }));

  describe.each([
    [11, '0.3'],
    [11, '1.1'],
    [12, '0.3'],
    [12, '1.1'],
  ] as const)('with Nest %i and TypeORM %s', (nest, typeorm) => {
    let project: HostProject;
    const database = useDatabase({ each: true, migrated: false });

    beforeAll(async () => {
      project = await HostProject.create(tarball, packagesOf({ nest, typeorm }));
    }, INSTALL_MS);

    afterAll(() => project.remove());

    const shapes = SHAPES.filter((shape) => shape.nest === nest && shape.typeorm === typeorm);
    it.each(shapes.map((shape) => [nameOf(shape), shape] as const))(
      '%s',
      async (_name, shape) => {
        await project.writeApp(shape);
        await project.compile();
        const said = await project.run(process.execPath, ['dist/main.js'], { DATABASE_URL: database.url });
        expect(JSON.parse(said)).toEqual(ALL_WELL);
      },
      RUN_MS,
    );
  });
});
