// `npm run test:hosts`: installs the library's tarball into applications of every shape, and bundles, checks and tests such
// applications with the usual tools. Packages come from the registry. Takes minutes, and some gigabytes of disk while it
// runs. Arguments are Jest's: -- -t 'Nest 11'.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const cwd = fileURLToPath(new URL('..', import.meta.url));
const { status } = spawnSync(
  process.execPath,
  [
    'node_modules/jest/bin/jest.js',
    'test/hosts',
    // `npm test` ignores these specs; here they run.
    '--testPathIgnorePatterns=/node_modules/',
    '--verbose',
    ...process.argv.slice(2),
  ],
  { cwd, stdio: 'inherit' },
);
process.exit(status ?? 1);
