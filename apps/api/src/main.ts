import { setupApiDocs } from '@monstera/jobs-dashboard';
import type { Environment, OnStop, OpenDatabase } from '@monstera/monstera';
import {
  adminTokenFile,
  ConsoleLog,
  hardenHttp,
  keptAdminToken,
  listen,
  loadEnvironment,
  openDatabase,
  prepareSchema,
  runUntilSignal,
} from '@monstera/monstera';
import { DEMO_USERS, isoWeekOf, seedDemoUsers, UserEntity } from '@monstera/weekly-reports';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { DataSource } from 'typeorm';
import { ApiModule, type ApiModuleOptions } from './api.module.js';
import { apiDocs } from './api-docs.js';
import { BODY_LIMIT } from './unreadable-requests.js';
import { welcome } from './welcome.js';

async function boot(onStop: OnStop): Promise<void> {
  if (existsSync('.env')) process.loadEnvFile('.env');
  const environment = loadEnvironment(process.env);
  const logger = new ConsoleLog(environment);
  const database = await openDatabase(environment, (line) => logger.log(line, 'Database'));
  onStop(() => database.stop());
  await prepareSchema(database.url, environment);
  const kept = await tokenFor(environment);
  const app = await createApp(environment, apiOptions(environment, database, kept), logger);
  onStop(() => app.close());
  if (!environment.production) await seedDemoUsers(app.get(DataSource), environment.jobs.timeZone);
  const address = await listen(app, { ...environment.http, variable: 'PORT' });
  console.log(await greet(app, environment, address, kept));
}

/** Changes need a token outside production too. If none is set, the start creates one. */
async function tokenFor({ production, dataDir, jobs }: Environment): Promise<string | undefined> {
  return production || jobs.adminToken ? undefined : keptAdminToken(dataDir);
}

function apiOptions({ jobs }: Environment, { url }: OpenDatabase, kept: string | undefined): ApiModuleOptions {
  const localReads = kept !== undefined && jobs.viewerToken === undefined;
  return { role: jobs.role, databaseUrl: url, adminToken: jobs.adminToken ?? kept, localReads };
}

async function createApp(
  environment: Environment,
  options: ApiModuleOptions,
  logger: ConsoleLog,
): Promise<NestExpressApplication> {
  const app = await NestFactory.create<NestExpressApplication>(ApiModule.forRoot(environment, options), {
    logger,
    bodyParser: false,
    abortOnError: false,
    forceCloseConnections: true,
  });
  hardenHttp(app);
  app.useBodyParser('json', { limit: BODY_LIMIT });
  if (environment.http.docs) setupApiDocs(app, apiDocs(environment.jobs.timeZone));
  return app;
}

async function greet(
  app: NestExpressApplication,
  environment: Environment,
  address: string,
  kept: string | undefined,
): Promise<string> {
  const { dataDir, mail, jobs } = environment;
  const user = await app.get(DataSource).getRepository(UserEntity).findOneBy({ id: DEMO_USERS[1]?.id });
  return welcome({
    address,
    user: user ?? undefined,
    week: isoWeekOf(new Date(), jobs.timeZone),
    kept: kept === undefined ? undefined : { token: kept, file: adminTokenFile(dataDir) },
    mail: mail.smtpUrl ? new URL(mail.smtpUrl).host : join(dataDir, 'outbox'),
    readyMs: performance.now(),
    buildMs: performance.getEntriesByName('build')[0]?.duration,
  });
}

runUntilSignal(boot);
