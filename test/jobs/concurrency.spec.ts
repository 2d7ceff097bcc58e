import { Injectable, Logger, type LoggerService, type OnModuleInit } from '@nestjs/common';
import { defineJob, JobWorkerService, ProcessesJob, type JobProcessor, type JobsModuleOptions } from '@monstera/jobs';
import { z } from 'zod';
import { WorkerStatus } from '../../libs/jobs/src/state/worker-status.js';
import { eventually } from '../support/index.js';
import { startHost, type Host } from './host.js';
import { useDatabase } from '../support/use-database.js';

const slow = defineJob({ type: 'slow', payload: z.object({}) });
/** `startHost()` gives the host five connections, which is enough for three jobs at once. */
const FITTING = 3;

@Injectable()
@ProcessesJob(slow)
class SlowProcessor implements JobProcessor<typeof slow> {
  readonly ends: (() => void)[] = [];

  process(): Promise<void> {
    return new Promise((resolve) => this.ends.push(resolve));
  }
}

/** Sets the concurrency while the application boots, as code that reads it from elsewhere does. */
@Injectable()
class EarlySetting implements OnModuleInit {
  error: unknown;

  constructor(private readonly worker: JobWorkerService) {
    this.set(3);
  }

  onModuleInit(): void {
    this.set(2);
  }

  private set(slots: number): void {
    try {
      this.worker.setConcurrency(slots);
    } catch (error) {
      this.error ??= error;
    }
  }
}

@Injectable()
class BadSetting implements OnModuleInit {
  constructor(private readonly worker: JobWorkerService) {}

  onModuleInit(): void {
    this.worker.setConcurrency(0);
  }
}

describe('setConcurrency()', () => {
  const database = useDatabase();

  const start = (providers: (new (...parts: never[]) => object)[], jobs: JobsModuleOptions = {}) =>
    startHost({ url: database.url, providers, jobs });

  it('before the boot takes the place of the option, and the worker starts with it', async () => {
    const host = await start([SlowProcessor, EarlySetting], { concurrency: 5 });
    expect(host.get(EarlySetting).error).toBeUndefined();
    expect(host.get(JobWorkerService).concurrency).toBe(2);
    expect(host.get(WorkerStatus).slots).toBe(2);
    await host.jobs.enqueueMany(
      slow,
      [1, 2, 3, 4].map(() => ({ payload: {} })),
    );
    const { ends } = host.get(SlowProcessor);
    await eventually(() => expect(ends).toHaveLength(2));
    host.get(JobWorkerService).setConcurrency(3);
    await eventually(() => expect(ends).toHaveLength(3));
    host.get(JobWorkerService).setConcurrency(4);
    await eventually(() => expect(ends).toHaveLength(4));
    ends.forEach((end) => end());
    await host.close();
  });

  it('before the boot is checked, too', async () => {
    await expect(start([SlowProcessor, BadSetting])).rejects.toMatchObject({
      code: 'JOBS_INVALID_OPTION',
      issues: [{ path: 'concurrency' }],
    });
  });

  it.each<[string, (typeof SlowProcessor)[], JobsModuleOptions, RegExp]>([
    ['a producer', [SlowProcessor], { role: 'producer' }, /it is a producer.*role "all" or "worker"/s],
    ['a process without processors', [], {}, /it has no processors.*@ProcessesJob/s],
  ])('is refused in %s, before the boot and after it', async (_, processors, jobs, message) => {
    const host = await start([...processors, EarlySetting], jobs);
    expect(host.get(EarlySetting).error).toMatchObject({ code: 'JOBS_NO_WORKER' });
    const worker = host.get(JobWorkerService);
    expect(() => worker.setConcurrency(5)).toThrow(message);
    expect(() => worker.setConcurrency(0)).toThrow('JOBS_INVALID_OPTION');
    expect(worker.concurrency).toBe(0);
    await host.close();
  });
});

describe('the warning of a small pool', () => {
  const database = useDatabase();
  let warnings: string[];

  /** `startHost()` silences the log, so it is heard before that. */
  async function start(jobs: JobsModuleOptions, providers = [SlowProcessor]): Promise<Host> {
    warnings = [];
    const warn = jest
      .spyOn(Logger.prototype, 'warn')
      .mockImplementation((message: Parameters<LoggerService['warn']>[0]) => {
        warnings.push(String(message));
      });
    const host = await startHost({ url: database.url, jobs, providers });
    return { ...host, close: () => host.close().finally(() => warn.mockRestore()) };
  }

  const ofPool = () => warnings.filter((line) => line.includes('JOBS_POOL_SMALL'));

  it('comes once at the boot of a worker, with both numbers, the reason and the remedy', async () => {
    const host = await start({ concurrency: FITTING + 1 });
    expect(ofPool()).toEqual([
      expect.stringMatching(/5 connections.*4 jobs.*wait for each other.*poolSize to 6 or more/),
    ]);
    await host.close();
  });

  it('does not come where the pool is large enough, and comes once jobs at once outgrow it', async () => {
    const host = await start({ concurrency: FITTING });
    expect(ofPool()).toEqual([]);
    const worker = host.get(JobWorkerService);
    worker.setConcurrency(2);
    worker.setConcurrency(FITTING);
    expect(ofPool()).toEqual([]);
    worker.setConcurrency(10);
    expect(ofPool()).toEqual([expect.stringMatching(/5 connections.*10 jobs.*poolSize to 12 or more/)]);
    worker.setConcurrency(8);
    expect(ofPool()).toHaveLength(1);
    await host.close();
  });

  it('does not come in a process that runs no jobs', async () => {
    await (await start({ role: 'producer' })).close();
    expect(ofPool()).toEqual([]);
    await (await start({}, [])).close();
    expect(ofPool()).toEqual([]);
  });
});
