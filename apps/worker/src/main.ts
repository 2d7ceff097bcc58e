import { StartupError } from '@monstera/database';
import { ProblemFilter } from '@monstera/jobs-dashboard';
import type { OnStop } from '@monstera/monstera';
import {
  ConsoleLog,
  hardenHttp,
  listen,
  loadEnvironment,
  MonsteraModule,
  prepareSchema,
  runUntilSignal,
} from '@monstera/monstera';
import { HttpAdapterHost, NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { existsSync } from 'node:fs';

async function boot(onStop: OnStop): Promise<void> {
  if (existsSync('.env')) process.loadEnvFile('.env');
  const environment = loadEnvironment(process.env);
  const databaseUrl = environment.database.url ?? rejectMissingDatabase();
  await prepareSchema(databaseUrl, environment);
  const logger = new ConsoleLog(environment);
  const module = MonsteraModule.forRoot(environment, { role: 'worker', databaseUrl });
  const options = { logger, abortOnError: false, forceCloseConnections: true };
  const app = await NestFactory.create<NestExpressApplication>(module, options);
  hardenHttp(app);
  app.useGlobalFilters(new ProblemFilter(app.get(HttpAdapterHost)));
  onStop(() => app.close());
  const { host, healthPort } = environment.http;
  const address = await listen(app, { host, port: healthPort, variable: 'JOBS_HEALTH_PORT' });
  logger.log(`The worker is ready: ${address}/health/ready, ${address}/metrics`, 'Worker');
}

/** A separate worker needs the API's database. An embedded server serves only the process that started it. */
function rejectMissingDatabase(): never {
  throw new StartupError({
    code: 'MONSTERA_DATABASE_URL_MISSING',
    what: 'DATABASE_URL is not set. A separate worker needs the database of the API.',
    fix: 'Set it for both processes. Without it, `npm start` runs the API and the worker in one process.',
  });
}

runUntilSignal(boot);
