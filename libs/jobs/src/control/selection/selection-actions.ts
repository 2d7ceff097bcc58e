import type { EntityManager } from 'typeorm';
import { newJobAddress, slotOf } from '../../job/job-id.js';
import { FINISHED_STATUSES, type JobStatus } from '../../job/job-status.js';
import { InvalidJobOptionError } from '../../job/job.errors.js';
import { requireKnownOptions } from '../../job/validate/known-options.js';
import { requireActor } from '../../job/validate/actor.js';
import { requireInteger } from '../../job/validate/option-checks.js';
import { ActionStore, type Acted } from '../../store/control/action.store.js';
import { AuditStore } from '../../store/control/audit.store.js';
import type { SelectionEdge, SelectionQuery, SelectionStore } from '../../store/control/selection.store.js';
import type { Executor } from '../../store/statement.js';
import type { WakeUp } from '../../wake/wake-up.js';
import { auditedFilter } from './audited-filter.js';
import { rangeOf, type JobFilter } from './job-filter.js';
import { newestFirst } from './newest-first.js';
import type { SelectionParts } from './selection-parts.js';

export interface ActionOptions {
  /** As in `JobService`: the action commits or rolls back with this manager's transaction. */
  manager?: EntityManager | null;
  /** How many jobs to change, 1 to 1,000; the newest are first. Default 1,000. */
  atMost?: number;
  /** Who acts, cut to 200 characters. The action then leaves one entry in the audit, in the same transaction. */
  actor?: string;
}

export interface ActionResult {
  /** Jobs that were changed; of `replay`, new jobs; of `cancel`, also running jobs that were asked to end. */
  changed: number;
  /**
   * Jobs that match but were left as they were: another transaction holds them, their unique key is taken, or, with
   * `ids`, their status does not allow it.
   */
  skipped: number;
  /** Whether further jobs match that were left because of `atMost`. If nothing was changed, another call changes none. */
  more: boolean;
}

export type SelectionAction = 'retry' | 'cancel' | 'delete' | 'run_now' | 'replay';

/** An id for a copy of a job, in its slot and so in its shard. */
type NewIdFor = (id: string) => string;

interface Rule {
  /** Of jobs with these statuses. */
  statuses: readonly JobStatus[];
  /** How an error says that other jobs were refused. */
  participle: string;
  act: (store: ActionStore, shard: number, ids: readonly string[], newIdFor: NewIdFor) => Promise<Acted>;
}

const RULES: Record<SelectionAction, Rule> = {
  retry: {
    statuses: ['failed', 'cancelled'],
    participle: 'retried',
    act: (store, shard, ids) => store.retry(shard, ids),
  },
  cancel: {
    statuses: ['pending', 'blocked', 'processing'],
    participle: 'cancelled',
    act: (store, shard, ids) => store.cancel(shard, ids),
  },
  delete: {
    statuses: FINISHED_STATUSES,
    participle: 'deleted',
    act: (store, shard, ids) => store.delete(shard, ids),
  },
  run_now: {
    statuses: ['pending'],
    participle: 'made due now',
    act: (store, shard, ids) => store.runNow(shard, ids),
  },
  replay: {
    statuses: FINISHED_STATUSES,
    participle: 'replayed',
    act: (store, shard, ids, newIdFor) => store.replay(shard, ids, ids.map(newIdFor)),
  },
};

const MAX_AT_ONCE = 1_000;

interface Chosen {
  /** The ids of each shard that has any. */
  byShard: { shard: number; ids: string[] }[];
  count: number;
  more: boolean;
}

/** Finds the newest jobs that match, and changes them. */
export async function actOn(
  parts: SelectionParts,
  action: SelectionAction,
  given: Omit<SelectionQuery, 'before'>,
  filter: JobFilter,
  options: ActionOptions,
): Promise<ActionResult> {
  requireKnownOptions('', options, ['manager', 'atMost', 'actor']);
  const { manager, atMost = MAX_AT_ONCE, actor } = options;
  requireInteger('atMost', atMost, 1, MAX_AT_ONCE);
  if (actor !== undefined) requireActor(actor);
  const query = narrowed(given, action);
  const { result } = await parts.change(manager, {
    find: (store) => choose(store, query, atMost, parts.shards),
    write: async (executor, chosen) => {
      const acted = await actOnChosen(executor, action, chosen, parts);
      const { changed } = acted;
      const result = { changed, skipped: chosen.count - changed, more: chosen.more };
      const details = { filter: auditedFilter(filter), ...result };
      if (actor !== undefined)
        await new AuditStore(executor).record({ actor, action: `jobs.${action}`, jobId: null, details });
      return { result, acted };
    },
    wake: ({ acted }, wakeUp) => wake(acted, wakeUp),
  });
  return result;
}

/** Leaves out jobs whose status does not allow the action. Given ids are all looked at, so that they are all counted. */
function narrowed(query: Omit<SelectionQuery, 'before'>, action: SelectionAction): SelectionQuery {
  if (query.ids !== null) return { ...query, before: null };
  const { statuses: allowed, participle } = RULES[action];
  const { statuses: asked } = query.filter;
  const statuses = asked?.filter((status) => allowed.some((one) => one === status)) ?? allowed;
  if (statuses.length === 0)
    throw new InvalidJobOptionError(
      'status',
      `jobs that are ${asked!.join(' or ')} cannot be ${participle}`,
      `Select jobs that are ${allowed.join(', ')}, or leave the status out.`,
    );
  const filter = { ...query.filter, statuses, waitsForLater: action === 'run_now' };
  return { ...query, before: null, filter, range: rangeOf(filter) };
}

async function choose(store: SelectionStore, query: SelectionQuery, atMost: number, shards: number): Promise<Chosen> {
  const found: (SelectionEdge & { shard: number })[] = [];
  for (let shard = 0; shard < shards; shard++)
    for (const { id, finished_at } of await store.select(shard, query, atMost + 1))
      found.push({ id, finished_at, shard });
  const chosen = found.sort(newestFirst(query.range === 'finished')).slice(0, atMost);
  const byShard: Chosen['byShard'] = [];
  for (let shard = 0; shard < shards; shard++) {
    const ids = chosen.filter((job) => job.shard === shard).map(({ id }) => id);
    if (ids.length > 0) byShard.push({ shard, ids });
  }
  return { byShard, count: chosen.length, more: found.length > atMost };
}

async function actOnChosen(
  executor: Executor,
  action: SelectionAction,
  { byShard }: Chosen,
  { shards, clock }: Pick<SelectionParts, 'shards' | 'clock'>,
): Promise<Acted> {
  const store = new ActionStore(executor);
  const all: Acted = { changed: 0, dueIn: [], signalled: false };
  for (const { shard, ids } of byShard) {
    const acted = await RULES[action].act(
      store,
      shard,
      ids,
      (id) => newJobAddress(slotOf(id), shards, clock.epochMs()).id,
    );
    all.changed += acted.changed;
    all.dueIn.push(...acted.dueIn);
    all.signalled ||= acted.signalled;
  }
  return all;
}

function wake({ dueIn, signalled }: Acted, wakeUp: WakeUp): void {
  if (dueIn.length > 0) wakeUp.jobsAdded(dueIn);
  if (signalled) wakeUp.cancelRequested();
}
