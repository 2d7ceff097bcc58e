// `npm run migration:run`. It needs no development dependencies, so it also runs in a production image. It takes the same
// lock as the applications, so that migrations run once even if several processes start them.
import { existsSync } from 'node:fs';
import { ensureBuilt } from './ensure-built.mjs';

ensureBuilt();
const { loadEnvironment, migrate, runTask } = await import('../libs/monstera/dist/index.js');

runTask(async (onStop) => {
  if (existsSync('.env')) process.loadEnvFile('.env');
  const names = await migrate(loadEnvironment(process.env), onStop);
  for (const name of names) console.log(`Ran ${name}`);
  console.log(names.length === 0 ? 'The schema was already up to date' : 'The schema is up to date');
});
