import 'reflect-metadata';
import { Injectable, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { InjectDataSource, TypeOrmModule } from '@nestjs/typeorm';
import {
  defineJob,
  jobsEntities,
  JobsModule,
  JobService,
  ProcessesJob,
  type Job,
  type JobProcessor,
} from '@monstera/jobs';
import { DataSource } from 'typeorm';
import { z } from 'zod';

/** A process that enqueues what it runs itself, until a job is inserted as its worker's: it says so, and that job never ends. */
const held = defineJob({ type: 'held', payload: z.object({ n: z.number() }) });

@Injectable()
@ProcessesJob(held)
class HeldProcessor implements JobProcessor<typeof held> {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly jobs: JobService,
  ) {}

  async process({ id }: Job<typeof held>): Promise<void> {
    const [row] = await this.dataSource.query<{ direct: boolean }[]>(
      'select started_at = created_at as direct from jobs where id = $1',
      [id],
    );
    // Right after the boot the first claim is still under way.
    if (!row!.direct) return void (await this.jobs.enqueue(held, { n: 1 }));
    console.log('started directly');
    await new Promise(() => {});
  }
}

@Module({
  imports: [
    TypeOrmModule.forRoot({ type: 'postgres', url: process.env.DATABASE_URL!, poolSize: 4, entities: jobsEntities }),
    JobsModule.forRoot(JSON.parse(process.env.JOBS_OPTIONS ?? '{}') as object),
  ],
  providers: [HeldProcessor],
})
class DirectModule {}

const app = await NestFactory.createApplicationContext(DirectModule, { logger: ['error', 'warn'] });
app.enableShutdownHooks();
process.on('message', () => void app.get(JobService).enqueue(held, { n: 1 }));
process.on('disconnect', () => process.exit(1));
process.send?.('ready');
