import type { JobsModuleOptions } from '@monstera/jobs';
import { testSchema, urlOfApplication } from './test-schema.js';

/**
 * `npm run test:pgbouncer` puts a pooler in front of the tests' server and sets this to its port. Applications then reach
 * their database through it; what a test itself does to the database goes past it.
 */
const { MONSTERA_TEST_POOLER_PORT: POOLER_PORT, MONSTERA_TEST_SERVER_URL: SERVER_URL } = process.env;

export const isPooled = POOLER_PORT !== undefined;

/** The address by which an application knows the database of a test. */
export function applicationUrl(url: string): string {
  if (testSchema !== undefined && isOfTests(url)) return urlOfApplication(url);
  return isOnServer(url) ? Object.assign(new URL(url), { port: POOLER_PORT }).href : url;
}

/** What `JobsModule` has to be told about that address. */
export function poolingOptions(url: string): Pick<JobsModuleOptions, 'pooled' | 'directUrl'> {
  return isOnServer(url) ? { pooled: true, directUrl: url } : {};
}

/** The same for an application that is a process of its own. */
export function poolingEnvironment<E extends Record<string, string | undefined>>(env: E): E {
  const url = env.DATABASE_URL;
  if (!url || !isOnServer(url)) return env;
  return { ...env, DATABASE_URL: applicationUrl(url), DATABASE_POOLED: 'true', DATABASE_DIRECT_URL: url };
}

/** Some tests use addresses at which there is nothing. */
function isOnServer(url: string): boolean {
  return isPooled && isOfTests(url);
}

function isOfTests(url: string): boolean {
  return SERVER_URL !== undefined && new URL(url).host === new URL(SERVER_URL).host;
}
