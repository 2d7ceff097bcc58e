import { defineJob, ProcessesJob, ScheduledJob, type Job, type JobProcessor } from '@monstera/jobs';
import { Injectable } from '@nestjs/common';
import { z } from 'zod';

export const greet = defineJob({ type: 'greet', payload: z.object({ name: z.string() }) });

@Injectable()
@ProcessesJob(greet)
export class GreetProcessor implements JobProcessor<typeof greet> {
  ticks = 0;

  @ScheduledJob('* * * * * *', { name: 'every_second' })
  tick() {
    this.ticks++;
    return Promise.resolve();
  }

  process(job: Job<typeof greet>) {
    return Promise.resolve({ greeting: `Hello ${job.payload.name}` });
  }
}
