// `npm run jobs -- list`: the command line of the library on the database of this repository's applications, which may be
// running. Without DATABASE_URL that is the embedded one.
import { existsSync } from 'node:fs';
import { ensureBuilt } from './ensure-built.mjs';

ensureBuilt({ quiet: true });
const { joinDatabase, loadEnvironment } = await import('../libs/monstera/dist/index.js');

const NO_DATABASE = ['--database-url', '--help', '-h', '--version', '-V'];
const USAGE = 2;

try {
  if (existsSync('.env')) process.loadEnvFile('.env');
  const needsDatabase = process.argv.length > 2 && !process.argv.some((arg) => NO_DATABASE.includes(arg.split('=')[0]));
  const database = needsDatabase ? await joinDatabase(loadEnvironment(process.env), console.error) : undefined;
  if (database) process.env.DATABASE_URL = database.url;
  await import('../libs/jobs/dist/cli/main.js');
  await database?.stop();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = USAGE;
}
