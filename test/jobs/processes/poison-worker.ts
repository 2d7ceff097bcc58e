import 'reflect-metadata';
import { Injectable, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { InjectDataSource, TypeOrmModule } from '@nestjs/typeorm';
import { defineJob, jobsEntities, JobsModule, ProcessesJob, type Job, type JobProcessor } from '@monstera/jobs';
import { DataSource } from 'typeorm';
import { z } from 'zod';

/** A worker process in which one type of job ends the process, and another takes its time. Each run is in the ledger. */
const poison = defineJob({ type: 'poison', payload: z.object({}) });
const bystander = defineJob({ type: 'bystander', payload: z.object({ holdMs: z.number() }) });

@Injectable()
class Ledger {
  constructor(@InjectDataSource() private readonly dataSource: DataSource) {}

  async started({ id, type, attempt }: Job): Promise<void> {
    await this.dataSource.query('insert into ledger (job_id, type, pid, attempt) values ($1, $2, $3, $4)', [
      id,
      type,
      process.pid,
      attempt,
    ]);
  }

  async ended({ id, attempt }: Job): Promise<void> {
    await this.dataSource.query('update ledger set ended_at = clock_timestamp() where job_id = $1 and attempt = $2', [
      id,
      attempt,
    ]);
  }
}

@Injectable()
@ProcessesJob(poison)
class PoisonProcessor implements JobProcessor<typeof poison> {
  constructor(private readonly ledger: Ledger) {}

  async process(job: Job<typeof poison>): Promise<void> {
    await this.ledger.started(job);
    process.kill(process.pid, 'SIGKILL');
  }
}

@Injectable()
@ProcessesJob(bystander)
class BystanderProcessor implements JobProcessor<typeof bystander> {
  constructor(private readonly ledger: Ledger) {}

  async process(job: Job<typeof bystander>): Promise<void> {
    await this.ledger.started(job);
    await new Promise((resolve) => setTimeout(resolve, job.payload.holdMs));
    await this.ledger.ended(job);
  }
}

@Module({
  imports: [
    TypeOrmModule.forRoot({ type: 'postgres', url: process.env.DATABASE_URL!, poolSize: 8, entities: jobsEntities }),
    JobsModule.forRoot(JSON.parse(process.env.JOBS_OPTIONS ?? '{}') as object),
  ],
  providers: [Ledger, PoisonProcessor, BystanderProcessor],
})
class PoisonModule {}

const app = await NestFactory.createApplicationContext(PoisonModule, { logger: ['error', 'warn'] });
app.enableShutdownHooks();
process.on('disconnect', () => process.exit(1));
process.send?.('ready');
