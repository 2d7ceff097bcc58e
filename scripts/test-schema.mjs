// Runs the library's specs with its tables in a separate schema, and a foreign table `jobs` in `public`. Arguments are
// Jest's, such as a path: `npm run test:schema -- test/jobs/life.spec.ts`.
import { spawnSync } from 'node:child_process';

/** Not run here, because these specs choose the schema themselves. */
const APART = ['schema.spec', 'schema-option', 'schema-hosts', 'data-sources', 'roles.spec'];

const given = process.argv.slice(2);
const { status } = spawnSync(
  process.execPath,
  [
    'node_modules/jest/bin/jest.js',
    ...(given.length > 0 ? given : ['test/jobs']),
    ...APART.map((name) => `--testPathIgnorePatterns=test/jobs/${name}`),
    '--setupFilesAfterEnv=<rootDir>/test/support/schema-mode.ts',
  ],
  { stdio: 'inherit', env: { ...process.env, MONSTERA_TEST_SCHEMA: 'app' } },
);
process.exitCode = status ?? 1;
