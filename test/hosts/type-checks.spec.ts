import { rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { HostProject, packLibrary } from './host-project.js';
import { packagesOf, tsconfigOf } from './shapes.js';
import { TYPE_CHECKS } from './tool-shapes.js';

const INSTALL_MS = 600_000;
const RUN_MS = 300_000;

describe('an application type-checked', () => {
  let project: HostProject;

  beforeAll(async () => {
    const tarball = await packLibrary();
    project = await HostProject.create(tarball, [
      ...packagesOf({ nest: 12, typeorm: '1.1' }),
      // Nest's own types ask for them.
      '@types/express@5',
    ]);
    await rm(dirname(tarball), { recursive: true });
  }, INSTALL_MS);

  afterAll(() => project.remove());

  it.each(TYPE_CHECKS)(
    'with $what skips no declaration file, and has no mistake but those that it makes',
    async ({ modules, options }) => {
      await project.writeApp({ nest: 12, modules, http: 'Express' });
      await project.write('tsconfig.json', JSON.stringify(tsconfigWith(modules, options)));
      await project.compile('--noEmit');

      await project.write('src/wrong.ts', `import { defineJob } from '@monstera/jobs';\ndefineJob({ typ: 'x' });\n`);
      await expect(project.compile('--noEmit')).rejects.toThrow("'typ' does not exist in type 'JobDefinitionOptions");
    },
    RUN_MS,
  );
});

function tsconfigWith(modules: 'ESM' | 'CommonJS', options: Record<string, unknown>): object {
  const { compilerOptions, ...rest } = tsconfigOf({ nest: 12, modules });
  const { module: _, moduleResolution: __, ...others } = compilerOptions;
  return { ...rest, compilerOptions: { ...others, ...options, skipLibCheck: false } };
}
