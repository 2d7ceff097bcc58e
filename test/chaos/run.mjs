// `npm run chaos`: worker processes and a PostgreSQL of their own, with faults by plan. See docs/chaos.md.
import { fileURLToPath } from 'node:url';
import { ensureBuilt } from '../../scripts/ensure-built.mjs';
import { buildChild } from './build-child.mjs';

ensureBuilt();
await buildChild();
// Without the paths of the project's own tsconfig.json, so that @monstera/* is what has been built.
process.env.SWC_NODE_PROJECT = fileURLToPath(new URL('tsconfig.json', import.meta.url));
await import('@swc-node/register/esm-register');
const { main } = await import('./main.ts');

const exitCode = await main(process.argv.slice(2)).catch((error) => {
  console.error(error.message);
  return error.message === 'broken off' ? 130 : 1;
});

// Whatever should be left open: it has to end, and nothing it started may stay.
process.exit(exitCode);
