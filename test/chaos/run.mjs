// `npm run chaos`: worker processes and a PostgreSQL of their own, with faults by plan. See docs/chaos.md.
import { ensureBuilt } from '../../scripts/ensure-built.mjs';
import { buildChild } from './build-child.mjs';

ensureBuilt();
await buildChild();
await import('../lab/register.mjs');
const { main } = await import('./main.ts');

const exitCode = await main(process.argv.slice(2)).catch((error) => {
  console.error(error.message);
  return error.message === 'broken off' ? 130 : 1;
});

// Whatever should be left open: it has to end, and nothing it started may stay.
process.exit(exitCode);
