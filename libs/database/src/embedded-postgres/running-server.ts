import { existsSync } from 'node:fs';
import { readFile, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { DATABASE, SUPERUSER } from './cluster.js';
import { isServerRunning } from './run-file.js';
import { layOut } from './server-home.js';
import { LOOPBACK } from './server-process.js';

/** The line of the server's lock file that has its port. */
const PORT_LINE = 3;

/** The URL of the server that another process has started with the files in `dataDir`. Null if none is running. */
export async function runningServerUrl(dataDir: string): Promise<string | null> {
  if (!existsSync(dataDir)) return null;
  const { clusterDir, passwordFile, ...home } = layOut(await realpath(dataDir));
  if (!(await isServerRunning(home))) return null;
  const port = (await readFile(join(clusterDir, 'postmaster.pid'), 'utf8')).split('\n')[PORT_LINE];
  return `postgresql://${SUPERUSER}:${await readFile(passwordFile, 'utf8')}@${LOOPBACK}:${port}/${DATABASE}`;
}
