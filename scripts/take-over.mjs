// `npm run take-over -- --dry-run`: takes over the jobs of the Go service (docs/take-over-go-rows.md). Like migrate.mjs,
// it needs no development dependencies.
import { existsSync } from 'node:fs';
import { ensureBuilt } from './ensure-built.mjs';

ensureBuilt();
const { loadEnvironment, runTask, takeOver } = await import('../libs/monstera/dist/index.js');

runTask(async (onStop) => {
  if (existsSync('.env')) process.loadEnvFile('.env');
  const environment = loadEnvironment(process.env);
  await takeOver({ environment, args: process.argv.slice(2), onStop, say: (line) => console.log(line) });
});
