import { runningServerUrl, startEmbeddedPostgres } from '@monstera/database';
import { join } from 'node:path';
import type { Environment } from '../environment/environment.js';

export interface OpenDatabase {
  url: string;
  /** Whether the server is the embedded one. */
  embedded: boolean;
  stop(): Promise<void>;
}

/** Returns the server of `DATABASE_URL`, or starts an embedded one with its files in `<dataDir>/postgres`. */
export async function openDatabase(
  { database, dataDir }: Environment,
  log: (line: string) => void,
): Promise<OpenDatabase> {
  if (database.url) return { url: database.url, embedded: false, stop: async () => undefined };
  const server = await startEmbeddedPostgres({ dataDir: join(dataDir, 'postgres'), log });
  return { ...server, embedded: true };
}

/**
 * For commands beside a running application: uses the embedded server that it has started, and starts one only if there
 * is none. Goes past a pooler.
 */
export async function joinDatabase(environment: Environment, log: (line: string) => void): Promise<OpenDatabase> {
  const { database, dataDir } = environment;
  const given = database.directUrl ?? database.url;
  if (given) return { url: given, embedded: false, stop: async () => undefined };
  const running = await runningServerUrl(join(dataDir, 'postgres'));
  return running ? { url: running, embedded: true, stop: async () => undefined } : openDatabase(environment, log);
}
