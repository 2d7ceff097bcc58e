import { readFile, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { HostProject, packLibrary } from './host-project.js';
import { packagesWith, TEST_RUNNERS, type TestRunnerShape } from './tool-shapes.js';
import { useDatabase } from '../support/use-database.js';

const INSTALL_MS = 600_000;
const RUN_MS = 300_000;

const RUNNERS = {
  Jest: {
    config: 'jest.config.mjs',
    globals: '@jest/globals',
    args: ['node_modules/jest/bin/jest.js', '--detectOpenHandles'],
  },
  Vitest: { config: 'vitest.config.mjs', globals: 'vitest', args: ['node_modules/vitest/vitest.mjs', 'run'] },
};

/** What the runners say of a process that does not end by itself. */
const STAYS = /did not exit|open handle|failed to exit|close timed out|prevents/i;

describe.each(TEST_RUNNERS)("an application's own spec in $tool, $what", ({ tool, nest, modules }) => {
  const database = useDatabase({ migrated: false });
  let project: HostProject;

  beforeAll(async () => {
    const tarball = await packLibrary();
    project = await HostProject.create(tarball, packagesWith(tool, nest));
    await rm(dirname(tarball), { recursive: true });
    await project.writeApp({ nest, modules, http: 'Express' });
    await project.writeFromPage(RUNNERS[tool].config);
    await project.write('src/greet.spec.ts', await hostSpec(tool));
    await project.write('src/all-well.ts', await readFile('test/hosts/all-well.ts', 'utf8'));
  }, INSTALL_MS);

  afterAll(() => project.remove());

  it(
    'boots the module, runs a job and closes, and the runner ends by itself',
    async () => {
      const said = await project.runAll(process.execPath, RUNNERS[tool].args, { DATABASE_URL: database.url });
      expect(stripVTControlCharacters(said)).toMatch(/Tests:? +1 passed/);
      expect(said).not.toMatch(STAYS);
    },
    RUN_MS,
  );
});

/** What this repository's Jest has as globals, another runner's spec imports. */
async function hostSpec(tool: TestRunnerShape['tool']): Promise<string> {
  const text = await readFile('test/hosts/app-spec/greet.ts', 'utf8');
  return `import { expect, it } from '${RUNNERS[tool].globals}';\n${text.replaceAll(/'\.\.\/(app\/)?/g, "'./")}`;
}
