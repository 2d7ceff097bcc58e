import { randomUUID } from 'node:crypto';
import { connectionOptions } from '@monstera/database';
import type { EnqueuedJob } from '@monstera/jobs';
import type pg from 'pg';
import { DataSource } from 'typeorm';
import { JobService } from '../../libs/jobs/src/enqueue/job.service.js';
import { JobEventBus } from '../../libs/jobs/src/state/job-event-bus.js';
import { resolveJobsOptions } from '../../libs/jobs/src/jobs.options.js';
import { DefinitionRegistry } from '../../libs/jobs/src/handle/definition.registry.js';
import { CommitHooks } from '../../libs/jobs/src/wake/commit-hooks.js';
import { JobWaits } from '../../libs/jobs/src/wait/job-waits.js';
import { LocalWorker } from '../../libs/jobs/src/wake/local-worker.js';
import { ManagerExecutor, PoolExecutor } from '../../libs/jobs/src/store/connection/executors.js';
import { WakeUp } from '../../libs/jobs/src/wake/wake-up.js';
import { Pruner } from '../../libs/jobs/src/prune/pruner.js';
import { Rescuer } from '../../libs/jobs/src/lease/rescuer.js';
import { sweepRequests } from '../../libs/jobs/src/run/sweep-requests.js';
import { lanesOf } from '../../libs/jobs/src/store/lane.js';
import { completeInTransaction } from '../../libs/jobs/src/run/complete-in-transaction.js';
import { decideOutcome } from '../../libs/jobs/src/run/decide-outcome.js';
import { RunningJob } from '../../libs/jobs/src/slots/running-job.js';
import { SettleBatch } from '../../libs/jobs/src/settle/settle-batch.js';
import { createTestPool } from '../support/index.js';
import { applicationUrl, isPooled } from '../support/pooler.js';
import { storesOn } from '../support/stores-on.js';
import { admit } from './admit.js';
import { codeOf, endingOf } from './endings.js';
import { QUEUES, SHARDS, type Ending, type JobSpec } from './operations.js';
import { definition, optionsOf } from './options-of.js';
import { readState, type JobState } from './state.js';
import { systemClock as clock } from '../../libs/jobs/src/support/time/clock.js';

class RolledBack extends Error {}

export interface RealClaim {
  worker: string;
  shard: number;
  row: ConstructorParameters<typeof RunningJob>[1];
}

/** The product's own parts on a real database, one method a step. Only the passing of time is made up. */
export class System {
  private readonly options = resolveJobsOptions({ shards: SHARDS, pooled: isPooled });
  private readonly admin: pg.Pool;
  private readonly pool: pg.Pool;
  private readonly stores: ReturnType<typeof storesOn>;
  readonly service: JobService;
  private readonly pruner: Pruner;
  private asking = '';
  private rescuers = new Map<number, { rescuer: Rescuer; rescued: string[] }>();

  private constructor(
    url: string,
    private readonly dataSource: DataSource,
  ) {
    this.admin = createTestPool(url, { max: 1 });
    this.pool = createTestPool(applicationUrl(url), { max: 2 });
    this.stores = storesOn(new PoolExecutor(this.pool, !isPooled));
    this.pruner = new Pruner(this.stores.prunes, this.options.retention, SHARDS, clock);
    const wakeUp = new WakeUp(new ManagerExecutor(dataSource), () => undefined, clock);
    const registry = new DefinitionRegistry([definition]);
    const hooks = CommitHooks.on(dataSource, clock);
    const waits = new JobWaits(dataSource, this.options, new JobEventBus(), wakeUp, clock);
    this.service = new JobService(dataSource, this.options, registry, hooks, wakeUp, new LocalWorker(), waits, clock);
  }

  static async open(url: string): Promise<System> {
    return new System(
      url,
      await new DataSource(connectionOptions({ url: applicationUrl(url), poolSize: 2 })).initialize(),
    );
  }

  async close(): Promise<void> {
    await Promise.all([this.pool.end(), this.admin.end()]);
    await this.dataSource.destroy();
  }

  async reset(): Promise<void> {
    this.rescuers = new Map();
    await this.admin.query(
      'delete from jobs; delete from job_failures; delete from job_signals; delete from job_workers',
    );
  }

  async register(host: string): Promise<string> {
    const id = randomUUID();
    await this.stores.workers.register(
      { id, host, pid: 1, version: 'model', queues: [...QUEUES], maxSlots: null },
      { slots: 10, isDrained: false },
    );
    return id;
  }

  /** The jobs enqueued, or none if it was rolled back. */
  async enqueue(jobs: readonly JobSpec[], rolledBack: boolean): Promise<EnqueuedJob[]> {
    const wanted = jobs.map((spec) => ({ payload: {}, ...optionsOf(spec) }));
    if (!rolledBack && wanted.length === 1) return [await this.service.enqueue(definition, {}, optionsOf(jobs[0]!))];
    if (!rolledBack) return this.service.enqueueMany(definition, wanted);
    const attempt = this.dataSource.transaction(async (manager) => {
      await this.service.enqueueMany(definition, wanted, { manager });
      throw new RolledBack();
    });
    await attempt.catch((error: unknown) => {
      if (!(error instanceof RolledBack)) throw error;
    });
    return [];
  }

  async claim(worker: string, shard: number, limit: number): Promise<RealClaim[]> {
    const rows = await this.stores.claims.claim({ shard, limit, workerId: worker, lanes: lanesOf(QUEUES) });
    const claimed = rows.map((row) => new RunningJob(shard, row, clock));
    const { started, requested } = await admit(claimed, this.stores.jobs, this.options);
    await this.settling(worker).settleAll(requested, { kind: 'handed_back', delayMs: 0 });
    return started.map(({ row }) => ({ worker, shard, row }));
  }

  /** Settles together, as one worker does; the kind of outcome that each run got. */
  settle(claims: readonly RealClaim[], ending: Ending): Promise<string[]> {
    const batch = this.settling(claims[0]!.worker);
    return Promise.all(
      claims.map<Promise<string>>(({ shard, row }) => {
        const { ended, cause } = endingOf(ending);
        const running = new RunningJob(shard, row, clock);
        const limits = { maxAttempts: row.max_attempts, maxResultBytes: 1_000 };
        const facts = { ...limits, attempt: row.attempts, retry: definition.retry, abortCause: cause };
        const outcome = decideOutcome(ended, facts);
        return new Promise((resolve) => batch.settle(running, outcome, (_, settled) => resolve(settled.kind)));
      }),
    );
  }

  /** The completion that commits together with the handler's own writes. */
  async completeInTransaction({ worker, shard, row }: RealClaim): Promise<string> {
    const { dataSource } = this;
    const limits = { maxResultBytes: 1_000, waitTimeoutMs: 10_000 };
    const complete = completeInTransaction({ dataSource, workerId: worker, limits });
    const running = Object.assign(new RunningJob(shard, row, clock), { stage: 'running' });
    return complete(running, () => Promise.resolve()).then(
      () => 'completed',
      (error: unknown) => {
        if (running.abortCause === 'lease-lost') return 'lost';
        throw error;
      },
    );
  }

  progress({ worker, shard, row }: RealClaim, percent: number): Promise<void> {
    return this.stores.outcomes.storeProgress(
      { shard, workerId: worker, id: row.id, run: row.run },
      { percent, note: null },
    );
  }

  /** Whether the worker may go on. */
  async renew(worker: string): Promise<boolean> {
    return isAlive(worker, (await this.stores.workers.renew(worker, 10)).workers);
  }

  async upkeep(process: number, worker: string) {
    const { workers } = await this.stores.workers.renew(worker, 10);
    const { rescuer, rescued } = this.rescuerOf(process);
    this.asking = worker;
    rescued.length = 0;
    const { declaredDead } = await rescuer.runOnce(workers);
    return { alive: isAlive(worker, workers), declaredDead, rescued: [...rescued] };
  }

  retire(worker: string): Promise<void> {
    return this.stores.workers.retire(worker);
  }

  cancel(id: string): Promise<string> {
    return codeOf(async () => (await this.service.cancel(id)).status);
  }

  retry(id: string): Promise<string> {
    return codeOf(async () => (await this.service.retry(id)).status);
  }

  update(id: string): Promise<string> {
    return codeOf(async () => (await this.service.update(id, { priority: 0 })).status);
  }

  async cancelLate(id: string, shard: number): Promise<void> {
    await this.admin.query(
      `insert into job_signals (shard, job_id, kind) values ($1, $2, 'cancel')
       on conflict (shard, job_id, kind) do update set created_at = now()`,
      [shard, id],
    );
  }

  /** How many requests are left. */
  async sweepRequests(): Promise<number> {
    await sweepRequests(this.stores.jobs, SHARDS);
    const { rows } = await this.admin.query<{ n: number }>('select count(*)::int as n from job_signals');
    return rows[0]!.n;
  }

  readCancelled(shard: number, ids: string[]): Promise<string[]> {
    return this.stores.jobs.readCancelled(shard, ids);
  }

  async prune(): Promise<{ completed: number; failed: number; workers: number }> {
    const { completed, failed, workers } = await this.pruner.runOnce();
    return { completed, failed, workers };
  }

  /** Hours pass for the stored times; the database's clock cannot be turned. */
  async timePasses(hours: number): Promise<void> {
    const ago = `- ${hours} * interval '1 hour'`;
    await this.admin.query(
      `update jobs set scheduled_at = scheduled_at ${ago}, completed_at = completed_at ${ago};
       update job_workers set dead_at = dead_at ${ago} where dead_at is not null;
       update job_signals set created_at = created_at ${ago}`,
    );
  }

  state(): Promise<JobState[]> {
    return readState(this.admin);
  }

  private settling(worker: string): SettleBatch {
    const onError = (error: unknown) => {
      throw error;
    };
    const store = this.stores.outcomes;
    return new SettleBatch({ clock, store, workerId: worker, onError, mayWrite: () => false });
  }

  private rescuerOf(process: number) {
    const known = this.rescuers.get(process);
    if (known) return known;
    const rescued: string[] = [];
    const onRescued = (rows: { id: string }[]) => void rescued.push(...rows.map(({ id }) => id));
    const onRefused = (_: unknown, error: unknown) => {
      throw error;
    };
    const always = { deadAfterMs: 0, maxGapMs: Infinity, ownId: () => this.asking };
    const rescuer = new Rescuer({ ...this.stores, clock, shards: SHARDS, ...always, onRescued, onRefused });
    this.rescuers.set(process, { rescuer, rescued });
    return { rescuer, rescued };
  }
}

function isAlive(worker: string, workers: readonly { id: string; dead: boolean }[]): boolean {
  return workers.some(({ id, dead }) => id === worker && !dead);
}
