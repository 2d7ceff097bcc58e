// `npm run chaos:breaks [-- SCENARIO …]`: breaks the code on purpose, as it is loaded, and sees whether `npm run chaos`
// notices.
import { fileURLToPath } from 'node:url';
import { buildBreaks } from '../build-child.mjs';

await buildBreaks();
process.env.SWC_NODE_PROJECT = fileURLToPath(new URL('../tsconfig.json', import.meta.url));
await import('@swc-node/register/esm-register');
const { main } = await import('./main.ts');

process.exitCode = await main(process.argv.slice(2));
