import { Injectable, Module } from '@nestjs/common';
import { ScheduleModule } from '@nestjs/schedule';
import { Test, type TestingModule } from '@nestjs/testing';
import { TypeOrmModule } from '@nestjs/typeorm';
import { connectionOptions } from '@monstera/database';
import {
  defineJob,
  jobsEntities,
  JobsModule,
  JobService,
  ProcessesJob,
  type Job,
  type JobProcessor,
} from '@monstera/jobs';
import { z } from 'zod';
import { eventually } from '../support/index.js';
import { useDatabase } from '../support/use-database.js';

const greet = defineJob({ type: 'greet', payload: z.object({ name: z.string() }) });

@Injectable()
@ProcessesJob(greet)
class GreetProcessor implements JobProcessor<typeof greet> {
  async process(job: Job<typeof greet>) {
    return { greeting: `Hello ${job.payload.name}` };
  }
}

@Module({ providers: [GreetProcessor] })
class GreetModule {}

describe('a job', () => {
  const database = useDatabase();
  let app: TestingModule;

  beforeAll(async () => {
    database.closeFirst(() => app.close());
    app = await Test.createTestingModule({
      imports: [
        TypeOrmModule.forRoot({ ...connectionOptions({ url: database.url, poolSize: 5 }), entities: jobsEntities }),
        ScheduleModule.forRoot(),
        JobsModule.forRoot(),
        GreetModule,
      ],
    }).compile();
    await app.init();
  });

  it('is enqueued, claimed, run and settled with its result', async () => {
    const jobs = app.get(JobService);
    const { id } = await jobs.enqueue(greet, { name: 'Ada' });
    await eventually(async () => expect(await jobs.get(id)).toMatchObject({ status: 'completed' }));
    expect(await jobs.get(id)).toMatchObject({ result: { greeting: 'Hello Ada' }, attempts: 1, error: null });
  });
});
