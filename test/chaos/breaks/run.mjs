// `npm run chaos:breaks [-- SCENARIO …]`: breaks the code on purpose, as it is loaded, and sees whether `npm run chaos`
// notices.
import { buildBreaks } from '../build-child.mjs';

await buildBreaks();
await import('../../lab/register.mjs');
const { main } = await import('./main.ts');

process.exitCode = await main(process.argv.slice(2));
