import 'reflect-metadata';
import { Injectable, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ScheduleModule } from '@nestjs/schedule';
import { InjectDataSource, TypeOrmModule } from '@nestjs/typeorm';
import {
  defineJob,
  jobsEntities,
  JobsModule,
  ProcessesJob,
  ScheduledJob,
  JobService,
  type Job,
  type JobProcessor,
  type ScheduledTick,
} from '@monstera/jobs';
import { DataSource } from 'typeorm';
import { z } from 'zod';

/** A worker process of its own, which writes each start of a job into a ledger. Ends when its parent ends. */
const ledger = defineJob({ type: 'ledger', payload: z.object({ holdMs: z.number().default(0) }) });

@Injectable()
@ProcessesJob(ledger)
class LedgerProcessor implements JobProcessor<typeof ledger> {
  constructor(@InjectDataSource() private readonly dataSource: DataSource) {}

  async process(job: Job<typeof ledger>): Promise<void> {
    await this.dataSource.query('insert into ledger (job_id, pid, attempt) values ($1, $2, $3)', [
      job.id,
      process.pid,
      job.attempt,
    ]);
    if (job.attempt === 1 && job.payload.holdMs > 0)
      await new Promise((resolve) => setTimeout(resolve, job.payload.holdMs));
  }
}

@Injectable()
class LedgerSchedule {
  constructor(private readonly jobs: JobService) {}

  @ScheduledJob('0 9 * * MON', { name: 'ledger_weekly', timeZone: 'Asia/Tokyo' })
  async weekly({ plannedAt, manager }: ScheduledTick): Promise<void> {
    const users = Array.from({ length: 50 }, (_, user) => ({
      payload: {},
      tags: [`user${user}`, plannedAt.toISOString().slice(0, 10)],
      scheduledAt: new Date(Date.now() + 3_600_000),
    }));
    await this.jobs.enqueueMany(ledger, users, { manager });
  }
}

@Module({
  imports: [
    TypeOrmModule.forRoot({ type: 'postgres', url: process.env.DATABASE_URL!, poolSize: 4, entities: jobsEntities }),
    ScheduleModule.forRoot(),
    JobsModule.forRoot(JSON.parse(process.env.JOBS_OPTIONS ?? '{}') as object),
  ],
  providers: [LedgerProcessor, LedgerSchedule],
})
class LedgerModule {}

const app = await NestFactory.createApplicationContext(LedgerModule, { logger: ['error', 'warn'] });
app.enableShutdownHooks();
process.on('disconnect', () => process.exit(1));
process.send?.('ready');
