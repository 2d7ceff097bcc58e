import type { DataSource, EntityManager } from 'typeorm';
import type { DefinitionRegistry } from '../../handle/definition.registry.js';
import { defineJob } from '../../job/job-definition.js';
import { shardOf } from '../../job/job-id.js';
import { InvalidJobOptionError, JobNotFoundError } from '../../job/job.errors.js';
import { checkNewTime, requireNearDate, type NewTime, type RescheduleTo } from '../../job/new-time.js';
import { requireActor } from '../../job/validate/actor.js';
import { ANY_PAYLOAD } from '../../job/validate/any-payload.js';
import { optionNames, requireKnownOptions } from '../../job/validate/known-options.js';
import { requireAll, requireInteger } from '../../job/validate/option-checks.js';
import { encodePayload } from '../../job/validate/payload.js';
import { MAX_POLL_INTERVAL_MS, type JobsOptions } from '../../jobs.options.js';
import type { CallerManager } from '../../store/connection/caller-manager.js';
import { ManagerExecutor } from '../../store/connection/executors.js';
import { AuditStore } from '../../store/control/audit.store.js';
import { JobStore, type JobChange } from '../../store/control/job.store.js';
import { inSchema } from '../../store/in-schema.js';
import { writeTogether } from '../../store/write-together.js';
import type { CommitHooks } from '../../wake/commit-hooks.js';
import type { WakeUp } from '../../wake/wake-up.js';
import type { WithManager } from '../enqueue-options.js';
import { notPending } from './refusals.js';
import type { Clock } from '../../support/time/clock.js';

/** What to change of a pending job. What is left out stays as it is. */
export interface JobUpdate {
  /** Replaces the payload. */
  payload?: unknown;
  /** When the job falls due, at most ten years away. A time that has passed means now. */
  scheduledAt?: Date;
  /** From 0, which starts first, to 9. */
  priority?: number;
}

export interface UpdateOptions extends WithManager {
  /** Who acts, cut to 200 characters. The change then leaves an entry in the audit, in the same transaction. */
  actor?: string;
}

export interface UpdatedJob {
  id: string;
  status: 'pending';
  scheduledAt: Date;
  priority: number;
}

interface Parts {
  dataSource: DataSource;
  options: Pick<JobsOptions, 'shards' | 'schema' | 'waitTimeoutMs' | 'maxPayloadBytes'>;
  registry: Pick<DefinitionRegistry, 'find'>;
  managerOf: CallerManager;
  commitHooks: CommitHooks;
  wakeUp: WakeUp;
  clock: Clock;
}

interface Change extends JobChange {
  /** For the audit, without the payload. */
  action: string;
  details: Record<string, unknown>;
}

const UPDATES = optionNames<JobUpdate>({ payload: true, scheduledAt: true, priority: true });
const OPTIONS = optionNames<UpdateOptions>({ manager: true, actor: true });
/** Stands for a type that another process knows. */
const ANY_TYPE = defineJob({ type: 'any', payload: ANY_PAYLOAD });
const SAME_TIME: NewTime = { at: null, byMs: null };

/** Changes single jobs that have not started. */
export class PendingJobs {
  constructor(private readonly parts: Parts) {}

  async update(id: string, given: JobUpdate, options: UpdateOptions): Promise<UpdatedJob> {
    checkUpdate(given, this.parts.clock.epochMs());
    const { scheduledAt, priority = null } = given;
    const payload = 'payload' in given ? await this.payloadText(id, given.payload, options) : null;
    const details = {
      changed: Object.keys(given),
      ...(scheduledAt && { scheduledAt }),
      ...(priority !== null && { priority }),
    };
    const time = scheduledAt ? { at: scheduledAt, byMs: null } : SAME_TIME;
    return this.change(id, { payload, priority, ...time, action: 'job.update', details }, options);
  }

  async reschedule(id: string, to: RescheduleTo, options: UpdateOptions): Promise<UpdatedJob> {
    const time = checkNewTime('to', to, this.parts.clock.epochMs());
    const details = { to: time.at ?? { byMs: time.byMs } };
    return this.change(id, { payload: null, priority: null, ...time, action: 'job.reschedule', details }, options);
  }

  private async change(id: string, { action, details, ...change }: Change, given: UpdateOptions): Promise<UpdatedJob> {
    const { dataSource, options, commitHooks, wakeUp, clock } = this.parts;
    const { actor } = given;
    const manager = this.managerFor(given);
    const shard = shardOf(id, options.shards);
    const row = await writeTogether({ dataSource, options }, manager, async ({ executor }) => {
      const store = new JobStore(executor);
      const updated = await store.update(shard, id, change);
      if (!updated) throw notPending(id, (await store.get(shard, id))?.status);
      if (actor !== undefined) await new AuditStore(executor).record({ actor, action, jobId: id, details });
      return updated;
    });
    const { queue, in_ms: inMs } = row;
    if (inMs <= MAX_POLL_INTERVAL_MS)
      commitHooks.afterCommit(manager, () => wakeUp.jobsAdded([queue], { dueMs: clock.steadyMs() + inMs }));
    return { id, status: 'pending', scheduledAt: new Date(row.scheduled_ms), priority: row.priority };
  }

  /** Checked as at the enqueue, if this process knows the type. */
  private async payloadText(id: string, payload: unknown, given: UpdateOptions): Promise<string> {
    const { options, registry } = this.parts;
    const manager = this.managerFor(given);
    const executor = inSchema(
      new ManagerExecutor(this.parts.dataSource, manager, options.waitTimeoutMs),
      options.schema,
    );
    const job = await new JobStore(executor).get(shardOf(id, options.shards), id);
    if (!job) throw new JobNotFoundError(id);
    if (job.status !== 'pending') throw notPending(id, job.status);
    const definition = registry.find(job.type) ?? { ...ANY_TYPE, type: job.type };
    return encodePayload(definition, payload, options.maxPayloadBytes);
  }

  private managerFor(given: UpdateOptions): EntityManager | undefined {
    requireKnownOptions('', given, OPTIONS);
    if (given.actor !== undefined) requireActor(given.actor);
    return this.parts.managerOf(given.manager);
  }
}

function checkUpdate(given: JobUpdate, nowMs: number): void {
  requireKnownOptions('', given, UPDATES);
  const { scheduledAt, priority } = given;
  requireAll(
    () => priority !== undefined && requireInteger('priority', priority, 0, 9),
    () => scheduledAt !== undefined && requireNearDate('scheduledAt', scheduledAt, nowMs),
  );
  if (Object.values(given).every((value) => value === undefined))
    throw new InvalidJobOptionError('options', 'has nothing to change', `Give at least one of ${UPDATES.join(', ')}.`);
}
