import { startEmbeddedPostgres } from '@monstera/database';
import { rmSync } from 'node:fs';
import { chmod, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTemplate } from './test-template.js';

/** Nothing here has to survive a power cut. */
const FAST_SETTINGS = [
  'fsync=off',
  'synchronous_commit=off',
  'full_page_writes=off',
  'max_connections=300',
  'max_prepared_transactions=10',
];

/** One server for a whole run of Jest, with the template that every test file's database is copied from. */
export async function startTestServer(): Promise<{ url: string; stop(): Promise<void> }> {
  const given = process.env.TEST_DATABASE_URL;
  if (given) return useServer(given);
  const home = await mkdtemp(join(tmpdir(), 'monstera-test-'));
  const removeHome = () => rmSync(home, { recursive: true, force: true, maxRetries: 5 });
  // A run that is broken off has no teardown.
  process.once('exit', removeHome);
  await chmod(home, 0o755);
  const server = await startEmbeddedPostgres({ dataDir: join(home, 'postgres'), settings: FAST_SETTINGS });
  await createTemplate(server.url);
  return {
    url: server.url,
    stop: async () => {
      await server.stop();
      removeHome();
    },
  };
}

/** A server that is there already, such as one of another major version; `TEST_DATABASE_URL` names a superuser on it. */
async function useServer(url: string): Promise<{ url: string; stop(): Promise<void> }> {
  await createTemplate(url);
  return { url, stop: () => Promise.resolve() };
}
