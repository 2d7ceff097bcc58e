// `npm run test:hosts`: the library from its tarball in applications of every shape, and with the tools that make and test
// them, whose packages npm installs from the registry. Takes minutes and some gigabytes of disk for as long as it runs.
// Arguments are Jest's: -- -t 'Nest 11'.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const cwd = fileURLToPath(new URL('..', import.meta.url));
const { status } = spawnSync(
  process.execPath,
  [
    'node_modules/jest/bin/jest.js',
    'test/hosts',
    // What `npm test` leaves out.
    '--testPathIgnorePatterns=/node_modules/',
    '--verbose',
    ...process.argv.slice(2),
  ],
  { cwd, stdio: 'inherit' },
);
process.exit(status ?? 1);
