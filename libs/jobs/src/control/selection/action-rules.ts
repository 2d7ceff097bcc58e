import { newJobAddress, bucketOf } from '../../job/job-id.js';
import { FINISHED_STATUSES, type JobStatus } from '../../job/job-status.js';
import { InvalidJobOptionError } from '../../job/job.errors.js';
import type { NewTime } from '../../job/new-time.js';
import { ActionStore, type Acted } from '../../store/control/action.store.js';
import type { SelectionQuery } from '../../store/control/selection.store.js';
import type { Executor } from '../../store/statement.js';
import type { WakeUp } from '../../wake/wake-up.js';
import { rangeOf } from './job-filter.js';
import type { SelectedJob } from './read-page.js';
import type { Clock } from '../../support/time/clock.js';

export const SELECTION_ACTIONS = ['retry', 'cancel', 'delete', 'run_now', 'replay', 'reschedule'] as const;

export type SelectionAction = (typeof SELECTION_ACTIONS)[number];

/** An action, and what it needs beside the jobs. */
export interface Action {
  name: SelectionAction;
  /** For `reschedule`. */
  to?: NewTime;
}

/** How many jobs one transaction changes at most. */
export const MAX_AT_ONCE = 1_000;

interface Given {
  shard: number;
  ids: readonly string[];
  /** An id for a copy of a job. */
  newIdFor: (id: string) => string;
  to: NewTime;
}

/** Where jobs are, and by which clock copies of them get their ids. */
export interface Place {
  shards: number;
  clock: Clock;
}

interface Rule {
  /** Of jobs with these statuses. */
  statuses: readonly JobStatus[];
  /** How an error says that other jobs were refused. */
  participle: string;
  act: (store: ActionStore, given: Given) => Promise<Acted>;
}

const RULES: Record<SelectionAction, Rule> = {
  retry: {
    statuses: ['failed', 'cancelled'],
    participle: 'retried',
    act: (store, { shard, ids }) => store.retry(shard, ids),
  },
  cancel: {
    statuses: ['pending', 'blocked', 'processing'],
    participle: 'cancelled',
    act: (store, { shard, ids }) => store.cancel(shard, ids),
  },
  delete: {
    statuses: FINISHED_STATUSES,
    participle: 'deleted',
    act: (store, { shard, ids }) => store.delete(shard, ids),
  },
  run_now: {
    statuses: ['pending'],
    participle: 'made due now',
    act: (store, { shard, ids }) => store.runNow(shard, ids),
  },
  reschedule: {
    statuses: ['pending'],
    participle: 'rescheduled',
    act: (store, { shard, ids, to }) => store.reschedule(shard, ids, to),
  },
  replay: {
    statuses: FINISHED_STATUSES,
    participle: 'replayed',
    act: (store, { shard, ids, newIdFor }) => store.replay(shard, ids, ids.map(newIdFor)),
  },
};

const NO_TIME: NewTime = { at: null, byMs: null };

/** Jobs with these statuses the action can change. */
export function statusesFor(action: SelectionAction): readonly JobStatus[] {
  return RULES[action].statuses;
}

/** Leaves out jobs whose status does not allow the action. Given ids are all looked at, so that they are all counted. */
export function narrowed(query: Omit<SelectionQuery, 'before'>, action: SelectionAction): SelectionQuery {
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

/** Changes these jobs, shard by shard. */
export async function actOnJobs(
  executor: Executor,
  { name, to = NO_TIME }: Action,
  jobs: readonly SelectedJob[],
  { shards, clock }: Place,
): Promise<Acted> {
  const store = new ActionStore(executor);
  // In the bucket of the old job, and so in its shard.
  const newIdFor = (id: string) => newJobAddress(bucketOf(id), shards, clock.epochMs()).id;
  const all = nothingActed();
  for (let shard = 0; shard < shards; shard++) {
    const ids = jobs.filter((job) => job.shard === shard).map(({ id }) => id);
    if (ids.length === 0) continue;
    addActed(all, await RULES[name].act(store, { shard, ids, to, newIdFor }));
  }
  return all;
}

export function nothingActed(): Acted {
  return { changed: 0, dueIn: [], inMs: Infinity, signalled: false };
}

/** Adds what was done with other jobs. */
export function addActed(all: Acted, { changed, dueIn, inMs, signalled }: Acted): void {
  all.changed += changed;
  if (dueIn.length > 0) all.inMs = Math.min(all.inMs, inMs);
  all.dueIn.push(...dueIn);
  all.signalled ||= signalled;
}

/** Tells workers what the action has left to them. */
export function wakeAfter({ dueIn, inMs, signalled }: Acted, wakeUp: WakeUp, clock: Clock): void {
  if (dueIn.length > 0) wakeUp.jobsAdded(dueIn, { dueMs: inMs > 0 ? clock.steadyMs() + inMs : -Infinity });
  if (signalled) wakeUp.cancelRequested();
}
