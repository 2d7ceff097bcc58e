// The data source of TypeORM's command line, as in `npm run migration:show`.
import { loadEnvironment, migrationSource, openDatabase } from '@monstera/monstera';
import { existsSync } from 'node:fs';

if (existsSync('.env')) process.loadEnvFile('.env');
const environment = loadEnvironment(process.env);
// An embedded server ends with this process.
const database = await openDatabase(environment, console.log);

export default migrationSource(environment.database.directUrl ?? database.url);
