import {
  Global,
  Injectable,
  Logger,
  Module,
  type DynamicModule,
  type OnModuleDestroy,
  type Type,
} from '@nestjs/common';
import { ScheduleModule } from '@nestjs/schedule';
import { Test } from '@nestjs/testing';
import { TypeOrmModule } from '@nestjs/typeorm';
import { connectionOptions } from '@monstera/database';
import {
  defineJob,
  jobsEntities,
  JobsModule,
  JobService,
  ProcessesJob,
  type Job,
  type JobContext,
  type JobProcessor,
} from '@monstera/jobs';
import { Registry } from 'prom-client';
import { DataSource } from 'typeorm';
import { z } from 'zod';
import { eventually } from '../support/index.js';
import { startHost } from './host.js';
import { useDatabase } from '../support/use-database.js';

const slow = defineJob({ type: 'slow', payload: z.object({}), maxAttempts: 1 });

/** What a processor depends on and Nest may close too early. */
@Injectable()
class Client implements OnModuleDestroy {
  open = true;
  onModuleDestroy() {
    this.open = false;
  }
}

const gate = { started: 0, release: () => {}, seenOpen: [] as boolean[], destroyed: 0 };

@Injectable()
@ProcessesJob(slow)
class SlowProcessor implements JobProcessor<typeof slow>, OnModuleDestroy {
  constructor(private readonly client: Client) {}

  async process(): Promise<void> {
    gate.started++;
    await new Promise<void>((resolve) => (gate.release = resolve));
    gate.seenOpen.push(this.client.open);
  }

  onModuleDestroy() {
    gate.destroyed++;
  }
}

@Module({ providers: [Client], exports: [Client] })
class ClientModule {}

@Global()
@Module({ providers: [Client], exports: [Client] })
class GlobalClientModule {}

@Module({ imports: [ClientModule], providers: [SlowProcessor] })
class ImportingModule {}

@Module({ providers: [SlowProcessor] })
class RelyingModule {}

@Module({ providers: [Client, SlowProcessor] })
class OneModule {}

type Layout = (jobs: (isGlobal: boolean) => DynamicModule) => (Type | DynamicModule)[];

const layouts: [string, Layout][] = [
  ['the client in an imported module', (jobs) => [jobs(true), ImportingModule]],
  ['the client in a global module', (jobs) => [GlobalClientModule, jobs(true), RelyingModule]],
  ['the client in the processor’s module', (jobs) => [jobs(true), OneModule]],
  ['a jobs module that is not global, imported last', (jobs) => [ImportingModule, jobs(false)]],
];

describe('shutdown', () => {
  const database = useDatabase({ each: true });

  beforeEach(async () => {
    Object.assign(gate, { started: 0, seenOpen: [], destroyed: 0 });
  });

  it.each(layouts)('lets a running job end before its client is closed: %s', async (_, layout) => {
    const jobsModule = (isGlobal: boolean) => JobsModule.forRoot({ isGlobal, metricsRegistry: new Registry() });
    const app = await Test.createTestingModule({
      imports: [
        TypeOrmModule.forRoot({ ...connectionOptions({ url: database.url }), entities: jobsEntities }),
        ScheduleModule.forRoot(),
        ...layout(jobsModule),
      ],
    }).compile();
    Logger.overrideLogger(false);
    await app.init();
    await app.get(JobService, { strict: false }).enqueue(slow, {});
    await eventually(() => expect(gate.started).toBe(1));
    const closing = app.close();
    const client = app.get(Client, { strict: false });
    await expect(eventually(() => expect(client.open).toBe(false), { timeoutMs: 300 })).rejects.toThrow();
    gate.release();
    await closing;
    expect(gate.seenOpen).toEqual([true]);
    expect(client.open).toBe(false);
    expect(gate.destroyed).toBe(1);
    expect(await statuses()).toEqual([{ status: 'completed', attempts: 1, worker_id: null }]);
  });

  it('hands back what does not end in time, without using its only attempt, and claims nothing more', async () => {
    const stubborn = defineJob({ type: 'stubborn', payload: z.object({}), maxAttempts: 1 });
    let reason: unknown;
    let starts = 0;

    @ProcessesJob(stubborn)
    class StubbornProcessor implements JobProcessor<typeof stubborn> {
      async process(_: Job<typeof stubborn>, { signal }: JobContext): Promise<void> {
        starts++;
        await new Promise((_resolve, reject) =>
          signal.addEventListener('abort', () => {
            reason = (signal.reason as { code: string }).code;
            reject(signal.reason as Error);
          }),
        );
      }
    }

    const host = await startHost({
      url: database.url,
      providers: [StubbornProcessor],
      jobs: { concurrency: 2, shutdownTimeoutMs: 100 },
    });
    await host.jobs.enqueueMany(stubborn, [{ payload: {} }, { payload: {} }, { payload: {} }]);
    await eventually(() => expect(starts).toBe(2));
    await host.close();
    expect(reason).toBe('shutdown');
    expect(starts).toBe(2);
    expect(await statuses()).toEqual(
      Array.from({ length: 3 }, () => ({ status: 'pending', attempts: 0, worker_id: null })),
    );
  });

  async function statuses() {
    const dataSource = await new DataSource({ ...connectionOptions({ url: database.url }) }).initialize();
    const rows: unknown = await dataSource.query('select status, attempts, worker_id from jobs');
    await dataSource.destroy();
    return rows;
  }
});
