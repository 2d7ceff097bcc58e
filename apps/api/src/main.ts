import { setupApiDocs } from '@monstera/jobs-dashboard';
import type { Environment, OnStop, OpenDatabase } from '@monstera/monstera';
import {
  ConsoleLog,
  listen,
  loadEnvironment,
  openDatabase,
  prepareSchema,
  runUntilSignal,
  VERSION,
} from '@monstera/monstera';
import { DEMO_USERS, isoWeekOf, seedDemoUsers, UserEntity } from '@monstera/weekly-reports';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { DataSource } from 'typeorm';
import { ApiModule } from './api.module.js';
import { BODY_LIMIT } from './body-errors.js';
import { welcome } from './welcome.js';

async function boot(onStop: OnStop): Promise<void> {
  if (existsSync('.env')) process.loadEnvFile('.env');
  const environment = loadEnvironment(process.env);
  const logger = new ConsoleLog(environment);
  const database = await openDatabase(environment, (line) => logger.log(line, 'Database'));
  onStop(() => database.stop());
  await prepareSchema(database.url, environment);
  const app = await createApp(environment, database, logger);
  onStop(() => app.close());
  if (!environment.production) await seedDemoUsers(app.get(DataSource), environment.jobs.timeZone);
  const address = await listen(app, { ...environment.http, variable: 'PORT' });
  console.log(await greet(app, environment, address));
}

async function createApp(
  environment: Environment,
  database: OpenDatabase,
  logger: ConsoleLog,
): Promise<NestExpressApplication> {
  const module = ApiModule.forRoot(environment, { role: environment.jobs.role, databaseUrl: database.url });
  const app = await NestFactory.create<NestExpressApplication>(module, {
    logger,
    bodyParser: false,
    abortOnError: false,
    forceCloseConnections: true,
  });
  app.useBodyParser('json', { limit: BODY_LIMIT });
  setupApiDocs(app, {
    title: 'Monstera',
    description: 'Weekly and monthly reports, and the jobs behind them.',
    version: VERSION,
  });
  return app;
}

async function greet(app: NestExpressApplication, environment: Environment, address: string): Promise<string> {
  const { dataDir, mail, jobs } = environment;
  const user = await app.get(DataSource).getRepository(UserEntity).findOneBy({ id: DEMO_USERS[1]?.id });
  return welcome({
    address,
    user: user ?? undefined,
    week: isoWeekOf(new Date(), jobs.timeZone),
    token: jobs.adminToken !== undefined,
    mail: mail.smtpUrl ? new URL(mail.smtpUrl).host : join(dataDir, 'outbox'),
    readyMs: performance.now(),
    buildMs: performance.getEntriesByName('build')[0]?.duration,
  });
}

runUntilSignal(boot);
