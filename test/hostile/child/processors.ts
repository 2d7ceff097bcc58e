import { Injectable, type Type } from '@nestjs/common';
import {
  defineJob,
  JobService,
  ProcessesJob,
  type Job,
  type JobContext,
  type JobDefinition,
  type JobProcessor,
} from '@monstera/jobs';
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import type { RunCase } from '../case.js';
import { SCHEMA_CASES } from '../cases/schema-cases.js';
import { accepted, caseOf, hostile } from '../plan.js';
import { Random } from '../random.js';
import type { Recorder } from './recorder.js';

export const ordinary = defineJob({ type: 'ordinary', payload: z.object({ n: z.number() }), maxAttempts: 1 });
export const blocking = defineJob({ type: 'blocking', payload: z.object({}), maxAttempts: 1 });

/** What hostile payloads carry beside their number; whoever changes it must not be noticed elsewhere. */
export const KEEPSAKE = { list: [1, 2, 3], text: 'unchanged' };

/** Set up before Nest makes the processors, because their classes are decorated when they are loaded. */
export const shared: { recorder: Recorder; seed: number } = { recorder: undefined as never, seed: 0 };

const ENTERS = 0.3;

function processorOf(definition: JobDefinition): Type<JobProcessor> {
  @Injectable()
  @ProcessesJob(definition)
  class HostileProcessor implements JobProcessor {
    constructor(private readonly jobs: JobService) {}

    process(job: Job, context: JobContext): Promise<unknown> {
      const { recorder, seed } = shared;
      const n = numberOf(job);
      const input = caseOf(seed, n) as RunCase;
      recorder.started(job, `${n} ${input.name}`);
      recorder.checkStore(input.name);
      checkKeepsake(job, input.name);
      const random = Random.forInput(seed ^ job.attempt, n);
      if (random.chance(ENTERS)) recorder.store.enterWith(input.name);
      if (job.attempt > 1 || recorder.endings.has(job.id)) return Promise.resolve('a later run');
      return input.run({
        job,
        context,
        jobs: this.jobs,
        random,
        effect: (manager) => manager.query('insert into effects (job_id) values ($1)', [job.id]),
        enqueueOrdinary: () => this.jobs.enqueue(ordinary, { n }),
        complain: (what) => recorder.complain(`${input.name}: ${what}`),
      }) as Promise<unknown>;
    }
  }
  return HostileProcessor;
}

/** Schemas may answer anything at all, so their jobs have the number as a tag. */
function numberOf({ tags, payload }: Job): number {
  return Number(tags[0] ?? (payload as { n: number }).n);
}

function checkKeepsake(job: Job, name: string): void {
  if (job.type !== hostile.type) return;
  const { keepsake } = job.payload as { keepsake: unknown };
  if (JSON.stringify(keepsake) !== JSON.stringify(KEEPSAKE))
    shared.recorder.complain('a listener changed what a handler sees', `${JSON.stringify(keepsake)} in "${name}"`);
}

@Injectable()
@ProcessesJob(ordinary)
class OrdinaryProcessor implements JobProcessor<typeof ordinary> {
  async process(job: Job<typeof ordinary>) {
    const { recorder } = shared;
    recorder.checkStore('an ordinary job');
    if (job.payload.n % 3 > 0) await delay(job.payload.n % 3);
    recorder.checkStore('an ordinary job, later');
    return { n: job.payload.n };
  }
}

@Injectable()
@ProcessesJob(accepted)
class AcceptedProcessor implements JobProcessor<typeof accepted> {
  async process(): Promise<void> {}
}

/** Holds its slot until as many run at once as there are slots. */
@Injectable()
@ProcessesJob(blocking)
export class BlockingProcessor implements JobProcessor<typeof blocking> {
  running = 0;
  private release!: () => void;
  private readonly released = new Promise<void>((resolve) => (this.release = resolve));

  async process(): Promise<void> {
    this.running++;
    await this.released;
  }

  letGo(): void {
    this.release();
  }
}

export const processors: Type[] = [
  ...[hostile, ...SCHEMA_CASES.map(({ definition }) => definition)].map(processorOf),
  OrdinaryProcessor,
  AcceptedProcessor,
  BlockingProcessor,
];
