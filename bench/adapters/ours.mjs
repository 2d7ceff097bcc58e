// Monstera in a Nest application with TypeORM and JobsModule, from the built packages.
import 'reflect-metadata';
import { Injectable, Logger, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ScheduleModule } from '@nestjs/schedule';
import { TypeOrmModule } from '@nestjs/typeorm';
import { connectionOptions } from '@monstera/database';
import {
  defineJob,
  JobRepository,
  jobsEntities,
  jobsMigrations,
  JobsModule,
  JobService,
  ProcessesJob,
  runMigrations,
} from '@monstera/jobs';
import { DataSource } from 'typeorm';
import { z } from 'zod';
import { unfinishedQuery, UNFINISHED_JOBS } from './unfinished.mjs';

const payload = z.object({
  i: z.number(),
  sentMs: z.number().optional(),
  holdMs: z.number().optional(),
  kind: z.string().optional(),
  value: z.object({ rows: z.array(z.object({ id: z.number(), name: z.string() })) }).optional(),
});

/** Retries without delay, because the scenario measures the writing of failures and not the backoff. */
const RETRY_AT_ONCE = /** @type {const} */ ({ type: 'fixed', initialDelayMs: 1, maxDelayMs: 1 });

export async function migrate({ url }) {
  const dataSource = new DataSource({
    ...connectionOptions({ url }),
    entities: jobsEntities,
    migrations: jobsMigrations,
  });
  await dataSource.initialize();
  await runMigrations(dataSource);
  await dataSource.destroy();
}

/**
 * @typedef {{ url: string, settings: object, role: string, behaviour: string, queues?: number, concurrency?: number,
 *   dashboard?: object, handle: (payload: any) => unknown }} Opened
 */

/**
 * `applications`: number of applications in this process, each with its own connections.
 *
 * @param {Opened & { applications?: number }} options
 */
export async function open({ applications = 1, ...params }) {
  // All data sources have the name `default`, about which TypeOrmModule warns.
  Logger.overrideLogger(['fatal', 'error']);
  const systems = await Promise.all(Array.from({ length: applications }, () => openOne(params)));
  return { ...systems[0], start: () => Promise.all(systems.map((one) => one.start())) };
}

/** @param {Opened} options */
async function openOne({ url, settings, role, behaviour, queues = 1, concurrency, dashboard, handle }) {
  const retry = behaviour === 'failOnce' ? RETRY_AT_ONCE : undefined;
  const maxAttempts = behaviour === 'large' ? 1 : undefined;
  const definitions = Array.from({ length: queues }, (_, k) =>
    defineJob({ type: `bench${k || ''}`, queue: k > 0 ? `queue${k}` : undefined, payload, retry, maxAttempts }),
  );
  const jobs = JobsModule.forRoot({
    ...settings,
    ...(concurrency && { concurrency }),
    ...(role === 'producer' && { role }),
  });
  const processors = role === 'producer' ? [] : definitions.map((definition) => processorOf(definition, handle));
  const imports = [jobs, ...(dashboard ? [await dashboardOf(dashboard)] : [])];
  const app = await NestFactory.create(applicationOf(url, imports, processors), {
    logger: behaviour === 'large' ? ['fatal'] : ['fatal', 'error'],
  });
  // `init()` starts the worker. So a producer is initialised here, and a worker in `start()`.
  if (dashboard) await app.listen(0, '127.0.0.1');
  else if (role === 'producer') await app.init();
  return system(app, definitions, await unfinishedQuery(url, UNFINISHED_JOBS));
}

function processorOf(definition, handle) {
  class BenchProcessor {
    async process(job) {
      return handle(job.payload);
    }
  }
  Injectable()(BenchProcessor);
  ProcessesJob(definition)(BenchProcessor);
  return BenchProcessor;
}

/** Only where it is wanted: a worker has none. */
async function dashboardOf(options) {
  const { JobsDashboardModule } = await import('@monstera/jobs-dashboard');
  return JobsDashboardModule.forRoot(options);
}

function applicationOf(url, imports, providers) {
  class BenchModule {}
  Module({
    imports: [
      TypeOrmModule.forRoot({ ...connectionOptions({ url }), entities: jobsEntities }),
      ScheduleModule.forRoot(),
      ...imports,
    ],
    providers,
  })(BenchModule);
  return BenchModule;
}

function system(app, definitions, unfinished) {
  const [definition] = definitions;
  const jobs = app.get(JobService);
  const dataSource = app.get(DataSource);
  return {
    add: (job, options, queue = 0) => jobs.enqueue(definitions[queue], job, options),
    addAndWait: (job) => jobs.enqueueAndWait(definition, job),
    addMany: (payloads, options) =>
      jobs.enqueueMany(
        definition,
        payloads.map((job) => ({ ...options, payload: job })),
      ),
    /** Enqueues each job into the next queue. */
    addInTurn: (job) => jobs.enqueue(definitions[job.i % definitions.length], job),
    addInTransaction: (job) => dataSource.transaction((manager) => jobs.enqueue(definition, job, { manager })),
    start: () => app.init(),
    address: () => app.getUrl(),
    async sample() {
      const { pending, oldestDue } = await app.get(JobRepository).sample();
      return { total: pending.total, capped: pending.capped, queues: oldestDue.size };
    },
    unfinished,
  };
}
