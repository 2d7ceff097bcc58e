import 'reflect-metadata';
import { Inject, Injectable, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ScheduleModule } from '@nestjs/schedule';
import { TypeOrmModule } from '@nestjs/typeorm';
import { connectionOptions } from '@monstera/database';
import {
  jobsEntities,
  JobQueues,
  JobsModule,
  JobService,
  OnJobEvent,
  ProcessesJob,
  type Job,
  type JobContext,
  type JobEvent,
  type JobProcessor,
  type JobsModuleOptions,
} from '@monstera/jobs';
import { DataSource } from 'typeorm';
import { behaviours } from './behaviours.js';
import { Journal } from './journal.js';
import { ledgerJob } from './ledger-job.js';
import { answerOrders } from './producer.js';
import { answerSteering } from './steer.js';

/** A worker or a producer of the harness: an application as anybody writes it, whose one processor keeps a journal. */
export interface ChildSettings {
  url: string;
  label: string;
  journal: string;
  poolSize: number;
  jobs: JobsModuleOptions;
}

const settings = JSON.parse(process.env.CHAOS_CHILD!) as ChildSettings;
const journal = new Journal(settings.journal, settings.label);

@Injectable()
@ProcessesJob(ledgerJob)
class LedgerProcessor implements JobProcessor<typeof ledgerJob> {
  constructor(@Inject(Journal) private readonly journal: Journal) {}

  async process(job: Job<typeof ledgerJob>, context: JobContext): Promise<unknown> {
    this.journal.note('start', job);
    context.signal.addEventListener('abort', () => {
      const { code } = context.signal.reason as { code: string };
      this.journal.note('signal', job, code);
    });
    try {
      return await behaviours[job.payload.does](job, context);
    } finally {
      this.journal.note('end', job);
    }
  }

  @OnJobEvent('lost')
  lost(event: JobEvent): void {
    this.journal.note('lost', event);
  }

  @OnJobEvent('completed')
  completed(event: JobEvent): void {
    this.journal.note('completed', event);
  }
}

const isProducer = settings.jobs.role === 'producer';

@Module({
  imports: [
    TypeOrmModule.forRoot({
      ...connectionOptions({ url: settings.url, applicationName: settings.label, poolSize: settings.poolSize }),
      entities: jobsEntities,
      poolErrorHandler: () => undefined,
    }),
    ScheduleModule.forRoot(),
    JobsModule.forRoot({ version: settings.label, definitions: [ledgerJob], ...settings.jobs }),
  ],
  providers: isProducer ? [] : [{ provide: Journal, useValue: journal }, LedgerProcessor],
})
class LedgerModule {}

// What no application may end by: the harness counts it.
process.on('uncaughtExceptionMonitor', (error) => journal.note('uncaught', {}, String(error.stack)));

const app = await NestFactory.createApplicationContext(LedgerModule, { logger: ['error', 'warn', 'log'] });
app.enableShutdownHooks();
process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'));
if (isProducer) {
  answerOrders(app.get(JobService), app.get(DataSource));
  answerSteering(app.get(JobQueues));
}
process.send?.({ ready: true });
