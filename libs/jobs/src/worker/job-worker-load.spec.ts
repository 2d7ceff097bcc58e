import { DataSource } from 'typeorm';
import { z } from 'zod';
import { claimedRow } from '../../../../test/support/claimed-row.js';
import { eventually } from '../../../../test/support/eventually.js';
import { defineJob } from '../job/job-definition.js';
import { JobEventBus } from '../state/job-event-bus.js';
import type { JobEvent } from '../job/job-events.js';
import { delayAfterMs, givesAttemptBack, statusAfter } from '../job/outcome/outcome-effects.js';
import { PayloadText } from '../job/validate/payload-text.js';
import { WorkerStatus } from '../state/worker-status.js';
import { resolveJobsOptions } from '../jobs.options.js';
import { DefinitionRegistry } from '../handle/definition.registry.js';
import type { LogStore } from '../store/log.store.js';
import type { JobStore } from '../store/control/job.store.js';
import type { ClaimStore } from '../store/stages/claim.store.js';
import type { SettleStore } from '../store/stages/settle.store.js';
import type { WorkerStore } from '../store/worker.store.js';
import type { ClaimedRow } from '../store/sql/claim/claim-jobs.sql.js';
import type { ClaimRequest } from '../store/sql/claim/claim-params.js';
import { DatabaseWatch } from '../state/database-watch.js';
import { JobWorker } from './job-worker.js';
import { WakeTurns } from '../wake/turns/wake-turns.js';
import { systemClock } from '../support/time/clock.js';

const large = defineJob({ type: 'large', payload: z.any() });
const small = defineJob({ type: 'small', payload: z.any() });
const RESULT = 'x'.repeat(250_000);
const textOf = (length: number) => new PayloadText(JSON.stringify({ text: 'x'.repeat(length) }));

/** A worker over a database that always has more jobs. The test decides when its settles are answered. */
class Lab {
  readonly claims: number[] = [];
  readonly handedBack: { id: string; delayMs: number }[] = [];
  readonly events: JobEvent[] = [];
  readonly started = { large: 0, small: 0 };
  settled = 0;
  answers: (() => void)[] = [];
  answerAtOnce = false;
  newRow: () => ClaimedRow = () => claimedRow({ type: 'large' });
  /** A job of the queue `other`, for a claim that leaves the queue `default` out. */
  newOther: () => ClaimedRow = () => claimedRow({ type: 'small', queue: 'other' });
  private readonly worker: JobWorker;
  /** As the service does, but more often. */
  private readonly handingBack = setInterval(() => this.worker.handBackUnstarted(50), 20);

  constructor(concurrency: number, { result = RESULT, queues = ['default'] } = {}) {
    const registry = new DefinitionRegistry();
    registry.addProcessor(large, { process: () => (this.started.large++, Promise.resolve(result as never)) });
    registry.addProcessor(small, { process: () => Promise.resolve(void this.started.small++) });
    const bus = new JobEventBus();
    bus.subscribe((event) => void this.events.push(event));
    const claims: Partial<ClaimStore> = {
      nextDueMs: () => Promise.resolve(null),
      readDueIndex: () => Promise.resolve({ now_ms: Date.now(), bytes: 0, dead: 0 }),
      claim: (request) => this.claim(request),
      claimAhead: (request) => this.claim(request),
    };
    const outcomes: Partial<SettleStore> = {
      settle: async ({ outcomes: ended }) => {
        const handedBack = ended.filter(({ outcome }) => givesAttemptBack(outcome));
        this.handedBack.push(...handedBack.map(({ id, outcome }) => ({ id, delayMs: delayAfterMs(outcome) })));
        if (handedBack.length < ended.length) await this.mayAnswer();
        this.settled += ended.length - handedBack.length;
        return new Map(ended.map(({ id, run, outcome }) => [id, { id, run, status: statusAfter(outcome) }]));
      },
      settleCompleted: ({ ids }) => Promise.resolve(ids.length),
      readRuns: () => Promise.resolve([]),
    };
    this.worker = new JobWorker({
      options: resolveJobsOptions({ concurrency, shutdownTimeoutMs: 0, abortGraceMs: 0 }),
      dataSource: new DataSource({ type: 'postgres' }),
      claims: claims as ClaimStore,
      searches: claims as ClaimStore,
      outcomes: outcomes as SettleStore,
      logs: {} as LogStore,
      jobs: {} as JobStore,
      workers: { register: () => Promise.resolve() } as Partial<WorkerStore> as WorkerStore,
      registry,
      bus,
      status: new WorkerStatus(),
      clock: systemClock,
      watch: new DatabaseWatch(systemClock),
      queues,
      maxSlots: null,
      weightOf: () => 1,
      isAwaited: () => false,
      turns: new WakeTurns({
        clock: systemClock,
        queues: [],
        pollIntervalMs: 5_000,
        fleet: { of: () => [], alike: [] },
        worker: () => this.worker,
      }),
      mayClaim: () => true,
    });
  }

  start(): Promise<void> {
    return this.worker.start();
  }

  async stop(): Promise<void> {
    clearInterval(this.handingBack);
    this.goOn();
    await this.worker.drain();
  }

  goOn(): void {
    this.answerAtOnce = true;
    for (const answer of this.answers.splice(0)) answer();
  }

  /** Waits until no job has started for a while. */
  async standsStill(): Promise<void> {
    let before = '';
    await eventually(async () => {
      const now = JSON.stringify(this.started);
      await new Promise((resolve) => setTimeout(resolve, 100));
      const still = now === before;
      before = now;
      return still;
    });
  }

  private async claim({ limit, lanes }: ClaimRequest): Promise<ClaimedRow[]> {
    await new Promise((resolve) => setTimeout(resolve, 1));
    const keys = lanes.map(({ key }) => key);
    if (keys.includes('5:default')) {
      this.claims.push(limit);
      return Array.from({ length: limit }, () => this.newRow());
    }
    return keys.includes('5:other') ? Array.from({ length: limit }, () => this.newOther()) : [];
  }

  private mayAnswer(): Promise<void> | undefined {
    return this.answerAtOnce ? undefined : new Promise((resolve) => this.answers.push(resolve));
  }
}

describe('a worker whose outcomes are not written', () => {
  let lab: Lab;

  afterEach(() => lab.stop());

  it('starts large jobs for its slots and 5 MiB of results only, and continues once they are written', async () => {
    lab = new Lab(20);
    await lab.start();
    await lab.standsStill();
    expect(lab.started.large).toBeLessThanOrEqual(20 + 21);
    expect(lab.started.large).toBeGreaterThanOrEqual(20);
    const before = lab.started.large;
    lab.goOn();
    await eventually(() => lab.started.large > before + 100);
    expect(lab.settled).toBeGreaterThan(0);
  });

  it('continues with small jobs while large ones wait', async () => {
    lab = new Lab(40);
    await lab.start();
    await eventually(() => lab.answers.length > 0);
    lab.newRow = () => claimedRow({ type: 'small' });
    await eventually(() => lab.started.small > 500);
    expect(lab.settled).toBe(0);
  });

  it('stops even small jobs once there are too many outcomes', async () => {
    lab = new Lab(100, { result: '1' });
    await lab.start();
    await lab.standsStill();
    expect(lab.started.large).toBeLessThan(20_000);
    const before = lab.started.large;
    lab.goOn();
    await eventually(() => lab.started.large > before);
  });
});

describe('a worker with large jobs that wait', () => {
  const queues = ['default', 'other'];
  let lab: Lab;

  afterEach(() => lab.stop());

  it('claims small jobs from other lanes while outcomes of large ones are not written', async () => {
    lab = new Lab(40, { queues });
    await lab.start();
    await eventually(() => lab.started.small > 100);
    expect(lab.settled).toBe(0);
  });
});

describe('a worker whose payloads are large', () => {
  let lab: Lab;

  afterEach(() => lab.stop());

  it('claims fewer jobs than it has slots', async () => {
    lab = new Lab(200);
    lab.newRow = () => claimedRow({ type: 'large', payload: textOf(250_000) });
    await lab.start();
    await lab.standsStill();
    expect(lab.claims[0]).toBe(10);
    expect(lab.claims.length).toBeGreaterThan(1);
    for (const limit of lab.claims.slice(1)) expect(limit).toBeLessThanOrEqual(34);
  });

  it('hands jobs whose payload was dropped back to their old place', async () => {
    lab = new Lab(10);
    const [kept, leftOut] = [textOf(2_000), textOf(2_000)];
    leftOut.leaveOut();
    const rows = [kept, leftOut].map((payload) => claimedRow({ type: 'large', payload, wait_ms: 60_000 }));
    const ids = rows.map(({ id }) => id);
    lab.newRow = () => rows.shift() ?? claimedRow({ type: 'small' });
    await lab.start();
    await eventually(() => lab.handedBack.length > 0);
    expect(lab.handedBack[0]!.id).toBe(ids[1]);
    expect(lab.handedBack[0]!.delayMs).toBeLessThanOrEqual(-60_000);
    expect(lab.handedBack[0]!.delayMs).toBeGreaterThan(-70_000);
    expect(lab.events.find(({ name }) => name === 'handed_back')).toMatchObject({ id: ids[1], delayMs: 0 });
  });

  it('shows the whole payload in its events', async () => {
    lab = new Lab(1);
    lab.newRow = () => claimedRow({ type: 'large', payload: textOf(2_000) });
    await lab.start();
    await eventually(() => lab.events.length > 0);
    expect({ ...lab.events[0] }).toMatchObject({ name: 'started', payload: { text: 'x'.repeat(2_000) } });
  });
});
