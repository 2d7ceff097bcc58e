import {
  Injectable,
  Module,
  Scope,
  UseFilters,
  UseInterceptors,
  UsePipes,
  type ArgumentsHost,
  type CallHandler,
  type ExceptionFilter,
  type ExecutionContext,
  type NestInterceptor,
  type PipeTransform,
} from '@nestjs/common';
import { APP_INTERCEPTOR } from '@nestjs/core';
import {
  CurrentJob,
  defineJob,
  JobService,
  PermanentJobError,
  ProcessesJob,
  type Job,
  type JobProcessor,
} from '@monstera/jobs';
import { map, tap, type Observable } from 'rxjs';
import { z } from 'zod';
import { ended } from './host-questions.js';
import { startHost, type Host } from './host.js';
import { useDatabase } from '../support/use-database.js';

const payload = z.object({ name: z.string() });
const enhanced = defineJob({ type: 'enhanced', payload, retry: { initialDelayMs: 1, maxDelayMs: 1 } });
const both = defineJob({ type: 'both', payload });
const seen: string[] = [];

@Injectable()
class Noted implements NestInterceptor {
  constructor(private readonly jobs: JobService) {}
  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const [job] = context.getArgs<[Job]>();
    const where = `${context.getType<string>()} ${context.getClass().name}.${context.getHandler().name}`;
    seen.push(`before ${job.type} in ${where} ${this.jobs instanceof JobService}`);
    return next.handle().pipe(
      map((result) => ({ wrapped: result as unknown })),
      tap(() => seen.push('after')),
    );
  }
}

class Shout implements PipeTransform<{ name: string }> {
  transform({ name }: { name: string }) {
    if (name === 'refused') throw new TypeError('refused by the pipe');
    return { name: name.toUpperCase() };
  }
}

class Forgive implements ExceptionFilter {
  catch(error: Error, host: ArgumentsHost): unknown {
    const [job] = host.getArgs<[Job<typeof enhanced>]>();
    if (error instanceof TypeError) throw new PermanentJobError(`${job.payload.name}: ${error.message}`);
    return error.message === 'forgiven' ? { forgiven: true } : undefined;
  }
}

@Injectable()
@UseInterceptors(Noted)
@ProcessesJob(enhanced)
class EnhancedProcessor implements JobProcessor<typeof enhanced> {
  @UsePipes(new Shout())
  @UseFilters(new Forgive())
  async process(job: Job<typeof enhanced>) {
    if (job.payload.name === 'FORGIVEN') throw new Error('forgiven');
    if (job.payload.name === 'RETRIED' && job.attempt === 1) throw new Error('again');
    return { name: job.payload.name, id: job.id, tags: job.tags, age: Date.now() - job.createdAt.getTime() < 60_000 };
  }
}

@Injectable({ scope: Scope.REQUEST })
class Traced implements NestInterceptor {
  constructor(@CurrentJob() private readonly job: Job) {}
  intercept(_: ExecutionContext, next: CallHandler): Observable<unknown> {
    return next.handle().pipe(map((result) => ({ result: result as unknown, traced: this.job.id })));
  }
}

/** Request-scoped because its interceptor is. */
@Injectable()
@UseInterceptors(Traced)
@ProcessesJob(both)
class TracedProcessor implements JobProcessor<typeof both> {
  async process(job: Job<typeof both>) {
    return job.payload.name;
  }
}

/** What wraps the answers of a host's routes has no business with its jobs. */
class WrapAnswers implements NestInterceptor {
  intercept(_: ExecutionContext, next: CallHandler): Observable<unknown> {
    return next.handle().pipe(map((data: unknown) => ({ success: true, data })));
  }
}

@Module({ providers: [{ provide: APP_INTERCEPTOR, useClass: WrapAnswers }] })
class GlobalModule {}

describe('a processor with interceptors, pipes and filters', () => {
  const database = useDatabase();
  let host: Host | null = null;

  afterEach(async () => {
    await host?.close();
    host = null;
  });

  beforeEach(async () => {
    seen.length = 0;
    const providers = [EnhancedProcessor, TracedProcessor];
    host = await startHost({ url: database.url, providers, imports: [GlobalModule] });
  });

  it('runs inside the interceptors, on the payload that the pipes return', async () => {
    const { id } = await host!.jobs.enqueue(enhanced, { name: 'ada' }, { tags: ['x'] });
    expect(await ended(host!, id)).toMatchObject({
      status: 'completed',
      result: { wrapped: { name: 'ADA', id, tags: ['x'], age: true } },
    });
    expect(seen).toEqual(['before enhanced in job EnhancedProcessor.process true', 'after']);
  });

  it('ends as the filters say: with their result, their error, or the error as it was', async () => {
    const [forgiven, refused, retried] = await host!.jobs.enqueueMany(
      enhanced,
      ['forgiven', 'refused', 'retried'].map((name) => ({ payload: { name } })),
    );
    expect(await ended(host!, forgiven!.id)).toMatchObject({
      status: 'completed',
      result: { forgiven: true },
      attempts: 1,
    });
    expect(await ended(host!, refused!.id)).toMatchObject({
      status: 'failed',
      attempts: 1,
      error: expect.stringContaining('refused: refused by the pipe') as string,
    });
    expect(await ended(host!, retried!.id)).toMatchObject({ status: 'completed', attempts: 2 });
  });

  it('has an interceptor of its own for each job if that is request-scoped', async () => {
    const { id } = await host!.jobs.enqueue(both, { name: 'grace' });
    expect(await ended(host!, id)).toMatchObject({ status: 'completed', result: { result: 'grace', traced: id } });
  });
});
