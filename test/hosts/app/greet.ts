import { defineJob, ProcessesJob, ScheduledJob, type Job, type JobProcessor } from '@monstera/jobs';
import { Injectable } from '@nestjs/common';
import { z } from 'zod';

export const greet = defineJob({ type: 'greet', payload: z.object({ name: z.string() }) });

@Injectable()
export class Greeter {
  greet(name: string): string {
    return `Hello ${name}`;
  }
}

@Injectable()
@ProcessesJob(greet)
export class GreetProcessor implements JobProcessor<typeof greet> {
  ticks = 0;

  /** Injected by its type, which a compiler without decorators' metadata loses. */
  constructor(private readonly greeter: Greeter) {}

  @ScheduledJob('* * * * * *', { name: 'every_second' })
  tick() {
    this.ticks++;
    return Promise.resolve();
  }

  process(job: Job<typeof greet>) {
    return Promise.resolve({ greeting: this.greeter.greet(job.payload.name) });
  }
}
