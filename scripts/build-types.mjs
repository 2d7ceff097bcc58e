// Writes the declaration files of the two packages that are published. Those of the dashboard use those of the library.
// `npm run typecheck` checks the sources; not to do it here too halves the time.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const cwd = fileURLToPath(new URL('..', import.meta.url));

for (const project of ['tsconfig.types.json', 'tsconfig.types-dashboard.json']) {
  const { status } = spawnSync(process.execPath, ['node_modules/typescript/bin/tsc', '--noCheck', '-p', project], {
    cwd,
    stdio: 'inherit',
  });
  if (status !== 0) process.exit(status ?? 1);
}
