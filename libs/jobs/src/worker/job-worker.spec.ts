import { DataSource } from 'typeorm';
import { JobEventBus } from '../job/job-event-bus.js';
import { WorkerStatus } from '../job/worker-status.js';
import { resolveJobsOptions } from '../jobs.options.js';
import type { DefinitionRegistry } from '../process/definition.registry.js';
import type { FleetStore } from '../store/fleet.store.js';
import type { JobStore } from '../store/job.store.js';
import { DatabaseWatch } from './database-watch.js';
import { JobWorker } from './job-worker.js';

const never = () => new Promise<never>(() => {});

describe('a worker', () => {
  let registered: string[];
  let answer: () => Promise<void>;

  function newWorker(jobs: Partial<JobStore> = {}): JobWorker {
    const fleet: Pick<FleetStore, 'register'> = {
      register: async ({ id }) => {
        await answer();
        registered.push(id);
      },
    };
    return new JobWorker({
      options: { ...resolveJobsOptions({}), shutdownTimeoutMs: 50, abortGraceMs: 10 },
      dataSource: new DataSource({ type: 'postgres' }),
      jobs: { nextDueMs: () => Promise.resolve(null), ...jobs } as JobStore,
      fleet: fleet as FleetStore,
      registry: {} as DefinitionRegistry,
      bus: new JobEventBus(),
      status: new WorkerStatus(),
      watch: new DatabaseWatch(),
      queues: ['default'],
      mayClaim: () => true,
    });
  }

  beforeEach(() => {
    registered = [];
    answer = () => Promise.resolve();
  });

  it('that starts anew keeps its id until the new one is registered', async () => {
    const worker = newWorker();
    const before = worker.id;
    answer = () => Promise.reject(new Error('no answer'));
    await expect(worker.rebirth()).rejects.toThrow('no answer');
    expect(worker.id).toBe(before);
    answer = () => Promise.resolve();
    await worker.rebirth();
    expect(registered).toEqual([worker.id]);
    expect(worker.id).not.toBe(before);
  });

  it('drains in bounded time although its claim never gets an answer', async () => {
    jest.useFakeTimers();
    let claims = 0;
    const claim = () => (claims++, never());
    const worker = newWorker({ claim });
    await worker.start();
    await jest.advanceTimersByTimeAsync(1);
    expect(claims).toBe(1);
    let drained = false;
    void worker.drain().then(() => (drained = true));
    await jest.advanceTimersByTimeAsync(30_000);
    jest.useRealTimers();
    expect(drained).toBe(true);
  });
});
