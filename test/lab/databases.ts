import { readFile } from 'node:fs/promises';
import { databaseUrl, withServer } from '../support/server-connection.js';

/** Creates a database on a server, whose address is that of one of its other databases. Returns the address. */
export async function createDatabaseOn(serverUrl: string, name: string, template?: string): Promise<string> {
  const from = template === undefined ? '' : ` template ${template} strategy file_copy`;
  await withServer(serverUrl, (client) => client.query(`create database ${name}${from}`));
  return databaseUrl(serverUrl, name);
}

/** Counts deadlocks in a server's log. The server's counters are seconds late and are lost with a dropped database. */
export async function deadlocksIn(logFile: string): Promise<number> {
  const log = await readFile(logFile, 'utf8').catch(() => '');
  return log.split('deadlock detected').length - 1;
}
