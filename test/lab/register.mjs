// Compiles the TypeScript of a laboratory as it is loaded, without the paths of the project's own tsconfig.json: what it
// imports of @monstera/* is what has been built. The processes that it starts load no compiler.
import { fileURLToPath } from 'node:url';

process.env.SWC_NODE_PROJECT = fileURLToPath(new URL('tsconfig.json', import.meta.url));
await import('@swc-node/register/esm-register');
