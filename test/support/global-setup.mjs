// Runs once, outside Jest's sandbox. The TypeScript of the libraries is compiled on the fly, as for ormconfig.ts.
import '@swc-node/register/esm-register';
import { ensureBuilt } from '../../scripts/ensure-built.mjs';

export default async function globalSetup() {
  ensureBuilt();
  const { startTestServer } = await import('./test-server.ts');
  globalThis.monsteraTestServer = await startTestServer();
  process.env.MONSTERA_TEST_SERVER_URL = globalThis.monsteraTestServer.url;
}
