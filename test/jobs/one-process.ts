import { connectionOptions } from '@monstera/database';
import { defineJob, type Job, type JobContext, type JobDefinition, type JobEvent } from '@monstera/jobs';
import type pg from 'pg';
import { DataSource } from 'typeorm';
import type { PostgresDriver } from 'typeorm/driver/postgres/PostgresDriver.js';
import { z } from 'zod';
import { JobService } from '../../libs/jobs/src/enqueue/job.service.js';
import { JobEventBus } from '../../libs/jobs/src/state/job-event-bus.js';
import { WorkerStatus } from '../../libs/jobs/src/state/worker-status.js';
import { resolveJobsOptions, type JobsModuleOptions } from '../../libs/jobs/src/jobs.options.js';
import { queueName, queueWeights } from '../../libs/jobs/src/job/validate/queue-option.js';
import { DefinitionRegistry } from '../../libs/jobs/src/handle/definition.registry.js';
import { CommitHooks } from '../../libs/jobs/src/wake/commit-hooks.js';
import { JobWaits } from '../../libs/jobs/src/wait/job-waits.js';
import { LocalWorker } from '../../libs/jobs/src/wake/local-worker.js';
import { ManagerExecutor, PoolExecutor } from '../../libs/jobs/src/store/connection/executors.js';
import type { Executor, Statement } from '../../libs/jobs/src/store/statement.js';
import { WakeUp } from '../../libs/jobs/src/wake/wake-up.js';
import { DatabaseWatch } from '../../libs/jobs/src/state/database-watch.js';
import { CurrentWorker } from '../../libs/jobs/src/worker/current-worker.js';
import { JobWorker } from '../../libs/jobs/src/worker/job-worker.js';
import { WakeTurns } from '../../libs/jobs/src/wake/turns/wake-turns.js';
import { createTestPool, eventually } from '../support/index.js';
import { inTestSchema } from '../support/in-test-schema.js';
import { storesOn } from '../support/stores-on.js';
import { systemClock, type Clock } from '../../libs/jobs/src/support/time/clock.js';

export const held = defineJob({ type: 'held', payload: z.object({ n: z.number() }), retry: { initialDelayMs: 0 } });

/** A handler that has been called and has not ended. */
export interface Started {
  job: Job<typeof held>;
  context: JobContext;
  end: () => void;
  fail: () => void;
}

/** Statements of one side by their names, and what a test does with their replies. */
export class Line {
  readonly sent: string[] = [];
  /** Runs once the database has answered, and before anybody hears of it. */
  afterReply: (name: string) => Promise<void> | void = () => {};

  async carry<T>(name: string, send: () => Promise<T>): Promise<T> {
    this.sent.push(name);
    const answer = await send();
    await this.afterReply(name);
    return answer;
  }
}

class TappedExecutor implements Executor {
  constructor(
    private readonly inner: Executor,
    private readonly line: Line,
  ) {}

  run<P extends readonly unknown[], R>(statement: Statement<P, R>, params: P): Promise<R[]> {
    return this.line.carry(statement.name, () => this.inner.run(statement, params));
  }
}

/** What is sent on a host's pool goes through its line. */
const hostLines = new WeakMap<pg.Pool, Line>();
const { run } = PoolExecutor.prototype;
PoolExecutor.prototype.run = function <P extends readonly unknown[], R>(
  this: PoolExecutor,
  statement: Statement<P, R>,
  params: P,
): Promise<R[]> {
  const send = () => run.call(this, statement, params) as Promise<R[]>;
  return hostLines.get(this.pool)?.carry(statement.name, send) ?? send();
};

const NO_PEERS = { of: () => [], alike: [] };

/** A producer and a worker of one process, put together by hand so that a test can hold back and break what it likes. */
export class OneProcess {
  readonly started: Started[] = [];
  readonly events: JobEvent[] = [];
  /** The host's statements, and the worker's. */
  readonly host = new Line();
  readonly own = new Line();
  readonly status = new WorkerStatus();
  readonly jobs: JobService;
  readonly current: CurrentWorker;
  leaseHeld = true;
  /** Runs inside each handler as it starts. */
  onStart: (started: Started) => void = () => {};
  maxAtOnce = 0;
  private running = 0;
  private readonly pool: pg.Pool;

  private constructor(
    readonly dataSource: DataSource,
    url: string,
    given: JobsModuleOptions,
    clock: Clock = systemClock,
  ) {
    const options = resolveJobsOptions({ abortGraceMs: 10, ...given });
    const registry = new DefinitionRegistry([held]);
    const bus = new JobEventBus();
    bus.subscribe((event) => void this.events.push(event));
    registry.addProcessor(held, {
      process: (job, context) => this.process(job as Job<typeof held>, context),
    });
    this.pool = createTestPool(url, { max: 3 });
    const executor = new TappedExecutor(inTestSchema(new PoolExecutor(this.pool, true)), this.own);
    const watch = new DatabaseWatch(clock);
    const mayClaim = () => this.leaseHeld;
    const queues = options.queues?.map(queueName) ?? ['default'];
    const weightOf = queueWeights(options.queues);
    const { status } = this;
    const turns: WakeTurns = new WakeTurns({ ...options, queues, clock, fleet: NO_PEERS, worker: () => this.worker });
    const stores = storesOn(executor);
    const own = { queues, maxSlots: null, weightOf, turns };
    const parts = { options, dataSource, ...stores, registry, bus, status, watch, clock, ...own };
    this.current = new CurrentWorker(() => new JobWorker({ ...parts, mayClaim, isAwaited: () => false }));
    const wakeUp = new WakeUp(
      new TappedExecutor(inTestSchema(new ManagerExecutor(dataSource)), this.host),
      () => undefined,
      clock,
    );
    wakeUp.subscribe({
      jobsAdded: () => this.worker.loop.wake(),
      cancelRequested: () => void this.worker.cancels.act(),
    });
    const localWorker = new LocalWorker();
    localWorker.offer(this.current);
    const waits = new JobWaits(dataSource, options, bus, wakeUp, clock);
    this.jobs = new JobService(
      dataSource,
      options,
      registry,
      CommitHooks.on(dataSource, clock),
      wakeUp,
      localWorker,
      waits,
      clock,
    );
  }

  static async start(url: string, options: JobsModuleOptions = {}): Promise<OneProcess> {
    const dataSource = await new DataSource(connectionOptions({ url, poolSize: 5 })).initialize();
    await dataSource.query(NOTE_STATES);
    const self = new OneProcess(dataSource, url, { pollIntervalMs: 600_000, ...options });
    self.tapHostPool();
    await self.worker.start();
    await self.idle();
    return self;
  }

  get worker(): JobWorker {
    return this.current.worker;
  }

  /** Waits until the worker believes that its queues are empty. */
  async idle(): Promise<void> {
    await eventually(() => this.worker.loop.foundAll);
    this.host.sent.length = 0;
    this.own.sent.length = 0;
  }

  enqueue(n = 0, definition: JobDefinition = held) {
    return this.jobs.enqueue(definition, { n });
  }

  enqueueMany(count: number) {
    const jobs = Array.from({ length: count }, (_, n) => ({ payload: { n } }));
    return this.jobs.enqueueMany(held, jobs);
  }

  /** Every state that a job has been in: status, run, attempts. */
  async states(id: string): Promise<string[]> {
    const rows = await this.dataSource.query<{ state: string }[]>(
      'select state from seen_states where id = $1 order by n',
      [id],
    );
    return rows.map(({ state }) => state);
  }

  async row(id: string): Promise<Record<string, unknown>> {
    return (await this.dataSource.query<Record<string, unknown>[]>('select * from jobs where id = $1', [id]))[0]!;
  }

  /** Lets every handler end, those to come too, and the worker with them. */
  async close(): Promise<void> {
    this.host.afterReply = this.own.afterReply = () => {};
    const ending = setInterval(() => this.started.forEach(({ end }) => end()), 5);
    await this.current.drain();
    clearInterval(ending);
    await this.pool.end();
    await this.dataSource.destroy();
  }

  private async process(job: Job<typeof held>, context: JobContext): Promise<void> {
    this.maxAtOnce = Math.max(this.maxAtOnce, ++this.running);
    const ended = new Promise<void>((resolve, reject) => {
      const fail = () => reject(new Error('failed on purpose'));
      context.signal.addEventListener('abort', () => reject(context.signal.reason as Error));
      const started = { job, context, end: resolve, fail };
      this.started.push(started);
      this.onStart(started);
    });
    await ended.finally(() => this.running--);
  }

  private tapHostPool(): void {
    hostLines.set((this.dataSource.driver as PostgresDriver).master as pg.Pool, this.host);
  }
}

const NOTE_STATES = `
  create table seen_states (n bigserial, id uuid, state text);
  create function note_state() returns trigger language plpgsql as $$
  begin
    insert into seen_states (id, state) values (new.id, concat_ws(' ', new.status, new.run, new.attempts));
    return null;
  end $$;
  create trigger note_state after insert or update on jobs for each row execute function note_state()`;
