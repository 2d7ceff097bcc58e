import 'reflect-metadata';
import { Injectable, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { TypeOrmModule } from '@nestjs/typeorm';
import { defineJob, jobsEntities, JobsModule, ProcessesJob, type Job, type JobProcessor } from '@monstera/jobs';
import { z } from 'zod';

/** A worker process with a job that blocks the event loop at its first attempt. */
const blocker = defineJob({ type: 'blocker', payload: z.object({ blockMs: z.number() }) });

@Injectable()
@ProcessesJob(blocker)
class BlockingProcessor implements JobProcessor<typeof blocker> {
  async process({ attempt, payload }: Job<typeof blocker>): Promise<void> {
    const endMs = performance.now() + (attempt === 1 ? payload.blockMs : 0);
    while (performance.now() < endMs);
  }
}

@Module({
  imports: [
    TypeOrmModule.forRoot({ type: 'postgres', url: process.env.DATABASE_URL!, poolSize: 4, entities: jobsEntities }),
    JobsModule.forRoot(JSON.parse(process.env.JOBS_OPTIONS ?? '{}') as object),
  ],
  providers: [BlockingProcessor],
})
class BlockingModule {}

const app = await NestFactory.createApplicationContext(BlockingModule, { logger: ['error', 'warn'] });
app.enableShutdownHooks();
process.on('disconnect', () => process.exit(1));
process.send?.('ready');
