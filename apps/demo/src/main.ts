import { connectionOptions, startEmbeddedPostgres } from '@monstera/database';
import { jobsEntities, jobsMigrations, runMigrations } from '@monstera/jobs';
import { hardenHttp, listen, runUntilSignal, type OnStop } from '@monstera/monstera';
import type { LogLevel } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DataSource } from 'typeorm';
import { DemoModule } from './demo.module.js';
import { MortalWorker } from './mortal-worker.js';

const DEFAULT_PORT = 3010;
/** Jobs fail all the time here, and the dashboard shows them. */
const QUIET: LogLevel[] = ['fatal'];

/** Everything that the demo writes is in a temporary folder, which is removed at the end. */
async function boot(onStop: OnStop): Promise<void> {
  const home = await mkdtemp(join(tmpdir(), 'monstera-demo-'));
  onStop(() => rm(home, { recursive: true, force: true }));
  const database = await startEmbeddedPostgres({ dataDir: join(home, 'postgres'), settings: ['fsync=off'] });
  onStop(() => database.stop());
  await migrate(database.url);
  const adminToken = randomBytes(16).toString('base64url');
  const module = DemoModule.forRoot({ databaseUrl: database.url, role: 'all', adminToken });
  const app = await NestFactory.create<NestExpressApplication>(module, {
    logger: QUIET,
    abortOnError: false,
    forceCloseConnections: true,
  });
  hardenHttp(app);
  onStop(() => app.close());
  const address = await listen(app, { host: '127.0.0.1', port: portOf(process.env.PORT), variable: 'PORT' });
  const worker = new MortalWorker(database.url);
  worker.start();
  onStop(async () => worker.stop());
  console.log(greeting(address, adminToken));
}

async function migrate(url: string): Promise<void> {
  const dataSource = new DataSource({
    ...connectionOptions({ url }),
    entities: jobsEntities,
    migrations: jobsMigrations,
  });
  await dataSource.initialize();
  await runMigrations(dataSource).finally(() => dataSource.destroy());
}

function portOf(given: string | undefined): number {
  const port = Number(given ?? DEFAULT_PORT);
  return Number.isInteger(port) && port >= 0 && port < 65_536 ? port : DEFAULT_PORT;
}

function greeting(address: string, token: string): string {
  return [
    '',
    `The demo is ready in ${(performance.now() / 1_000).toFixed(1)} s.`,
    `Dashboard  ${address}/jobs/sign-in?token=${token}`,
    `Metrics    ${address}/metrics`,
    `Health     ${address}/health/ready`,
    'Jobs of seven types come twice a second. A worker process is killed every 45 seconds. Ctrl-C removes everything.',
    '',
  ].join('\n');
}

runUntilSignal(boot);
