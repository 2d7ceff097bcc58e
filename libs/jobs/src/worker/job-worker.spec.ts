import { DataSource } from 'typeorm';
import { z } from 'zod';
import { claimedRow } from '../../../../test/support/claimed-row.js';
import { eventually } from '../../../../test/support/eventually.js';
import { defineJob } from '../job/job-definition.js';
import { statusAfter } from '../job/outcome/outcome-effects.js';
import { JobEventBus } from '../state/job-event-bus.js';
import { WorkerStatus } from '../state/worker-status.js';
import { resolveJobsOptions } from '../jobs.options.js';
import { DefinitionRegistry } from '../handle/definition.registry.js';
import type { LogStore } from '../store/log.store.js';
import type { JobStore } from '../store/control/job.store.js';
import type { ClaimStore } from '../store/stages/claim.store.js';
import type { SettleStore } from '../store/stages/settle.store.js';
import type { WorkerStore } from '../store/worker.store.js';
import { DatabaseWatch } from '../state/database-watch.js';
import { CurrentWorker } from './current-worker.js';
import { JobWorker } from './job-worker.js';
import { WakeTurns } from '../wake/turns/wake-turns.js';
import { systemClock } from '../support/time/clock.js';

const greet = defineJob({ type: 'greet', payload: z.object({}) });
const never = () => new Promise<never>(() => {});

const readDueIndex: ClaimStore['readDueIndex'] = () => Promise.resolve({ now_ms: Date.now(), bytes: 0, dead: 0 });

describe('a worker', () => {
  let registered: string[];
  let answer: () => Promise<void>;
  let registry: DefinitionRegistry;
  let mayClaim: boolean;
  /** Ids of jobs whose run was lost. */
  let lost: string[];

  function newWorker(stores: Partial<ClaimStore> & Partial<SettleStore> = {}, shutdownTimeoutMs = 50): JobWorker {
    const workers: Pick<WorkerStore, 'register'> = {
      register: async ({ id }) => {
        await answer();
        registered.push(id);
      },
    };
    const bus = new JobEventBus();
    bus.subscribe(({ name, id }) => void (name === 'lost' && lost.push(id)));
    const claims = { nextDueMs: () => Promise.resolve(null), readDueIndex, ...stores } as ClaimStore;
    const worker: JobWorker = new JobWorker({
      options: { ...resolveJobsOptions({ concurrency: 1 }), shutdownTimeoutMs, abortGraceMs: 10 },
      dataSource: new DataSource({ type: 'postgres' }),
      claims,
      searches: claims,
      outcomes: stores as SettleStore,
      logs: {} as LogStore,
      jobs: {} as JobStore,
      workers: workers as WorkerStore,
      registry,
      bus,
      status: new WorkerStatus(),
      clock: systemClock,
      watch: new DatabaseWatch(systemClock),
      queues: ['default'],
      maxSlots: null,
      weightOf: () => 1,
      isAwaited: () => false,
      mayClaim: () => mayClaim,
      turns: new WakeTurns({
        clock: systemClock,
        queues: [],
        pollIntervalMs: 5_000,
        fleet: { of: () => [], alike: [] },
        worker: () => worker,
      }),
    });
    return worker;
  }

  beforeEach(() => {
    registered = [];
    lost = [];
    mayClaim = true;
    registry = new DefinitionRegistry();
    answer = () => Promise.resolve();
  });

  it('that was declared dead keeps its place until a new one is registered', async () => {
    const current = new CurrentWorker(() => newWorker({ claim: () => Promise.resolve([]) }));
    const before = current.worker.id;
    answer = () => Promise.reject(new Error('no answer'));
    await expect(current.replace()).rejects.toThrow('no answer');
    expect(current.worker.id).toBe(before);
    answer = () => Promise.resolve();
    await current.replace();
    expect(registered).toEqual([current.worker.id]);
    expect(current.worker.id).not.toBe(before);
    await current.drain();
  });

  it('drains in bounded time although its claim never gets a reply', async () => {
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

  it('hands back waiting jobs at once when it drains, and starts none of them', async () => {
    const started: string[] = [];
    let end = () => {};
    const held = new Promise<void>((resolve) => (end = resolve));
    registry.addProcessor(greet, { process: (job) => (started.push(job.id), held) });
    const rows = [claimedRow(), claimedRow(), claimedRow()];
    const waiting = rows.slice(1).map(({ id }) => id);
    const handedBack: string[] = [];
    const settle: SettleStore['settle'] = async ({ outcomes }) => {
      handedBack.push(...outcomes.map(({ id }) => id));
      return new Map(outcomes.map(({ id }) => [id, { id, run: 1, status: 'pending' as const }]));
    };
    const settleCompleted: SettleStore['settleCompleted'] = async ({ ids }) => ids.length;
    const claim = () => Promise.resolve(rows.splice(0));
    const worker = newWorker({ claim, settle, settleCompleted }, 60_000);
    await worker.start();
    await eventually(() => expect(started).toHaveLength(1));
    const drained = worker.drain();
    await eventually(() => expect(handedBack).toEqual(waiting));
    end();
    await drained;
    expect(started).toHaveLength(1);
  });

  it('that was declared dead hands back what has not started, and leaves what has started to the rescue', async () => {
    const started: string[] = [];
    let end = () => {};
    const held = new Promise<void>((resolve) => (end = resolve));
    registry.addProcessor(greet, { process: (job) => (started.push(job.id), held) });
    const rows = [claimedRow(), claimedRow(), claimedRow()];
    const waiting = rows.slice(1).map(({ id }) => id);
    const written: string[] = [];
    const settle: SettleStore['settle'] = async ({ outcomes }) => {
      written.push(...outcomes.map(({ id }) => id));
      return new Map(outcomes.map(({ id, run, outcome }) => [id, { id, run, status: statusAfter(outcome) }]));
    };
    const settleCompleted: SettleStore['settleCompleted'] = async ({ ids }) => written.push(...ids);
    const claim = () => Promise.resolve(rows.splice(0));
    const worker = newWorker({ claim, settle, settleCompleted }, 60_000);
    await worker.start();
    await eventually(() => expect(started).toHaveLength(1));
    const retired = worker.retire();
    end();
    await retired;
    expect(written).toEqual(waiting);
    expect(worker.held).toEqual([]);
    expect(lost).toEqual(started);
  });

  it('starts no job of a claim that returns after the lease has expired', async () => {
    const started: string[] = [];
    registry.addProcessor(greet, { process: (job) => Promise.resolve(started.push(job.id)) });
    const rows = [claimedRow()];
    const handedBack: string[] = [];
    const settle: SettleStore['settle'] = async ({ outcomes }) => {
      handedBack.push(...outcomes.map(({ id }) => id));
      return new Map(outcomes.map(({ id, run, outcome }) => [id, { id, run, status: statusAfter(outcome) }]));
    };
    const claim = () => {
      mayClaim = false;
      return Promise.resolve(rows.splice(0));
    };
    const settleCompleted: SettleStore['settleCompleted'] = async ({ ids }) => ids.length;
    const worker = newWorker({ claim, settle, settleCompleted });
    const { id } = rows[0]!;
    await worker.start();
    await eventually(() => handedBack.length + started.length > 0);
    await worker.drain();
    expect([started, handedBack]).toEqual([[], [id]]);
  });
});
