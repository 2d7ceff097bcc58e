import { startEmbeddedPostgres } from '@monstera/database';
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
