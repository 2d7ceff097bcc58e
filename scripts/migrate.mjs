// `npm run migration:run`: needs no development dependencies, so that it also runs in an image for production. Takes the
// same lock as the applications: however many start it at once, the migrations run once.
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
