import type { EntityManager } from 'typeorm';
import { requireActor } from '../../job/validate/actor.js';
import { optionNames, requireKnownOptions } from '../../job/validate/known-options.js';
import { requireInteger } from '../../job/validate/option-checks.js';
import type { Acted } from '../../store/control/action.store.js';
import { AuditStore } from '../../store/control/audit.store.js';
import type { SelectionQuery, SelectionStore } from '../../store/control/selection.store.js';
import type { Executor } from '../../store/statement.js';
import type { Together } from '../../store/write-together.js';
import { beginOperation } from '../background/begin-operation.js';
import { actWherePossible } from './act-where-possible.js';
import { MAX_AT_ONCE, narrowed, wakeAfter, type Action, type Place } from './action-rules.js';
import { auditedFilter } from './audited-filter.js';
import type { JobFilter } from './job-filter.js';
import { readPage, type SelectedPage } from './read-page.js';
import type { SelectionParts } from './selection-parts.js';

export interface ActionOptions {
  /** As in `JobService`: the action commits or rolls back with this manager's transaction. */
  manager?: EntityManager | null;
  /**
   * How many jobs to change, 1 to 1,000,000; the newest are first. Default 1,000. If more than 1,000 match, a worker
   * changes them in the background, and the answer has the id of the `operation`.
   */
  atMost?: number;
  /** Who acts, cut to 200 characters. The action then leaves one entry in the audit, in the same transaction. */
  actor?: string;
}

export interface ActionResult {
  /** Jobs that were changed; of `replay`, new jobs; of `cancel`, also running jobs that were asked to end. */
  changed: number;
  /**
   * Jobs that match but were left as they were: another transaction holds them, their unique key is taken, a trigger
   * skips the change, or, with `ids`, their status does not allow it.
   */
  skipped: number;
  /**
   * Jobs that match but that the database refuses to change, such as by a trigger, a policy or a constraint of yours, or
   * because another transaction held their unique key for most of `waitTimeoutMs`.
   */
  refused: number;
  /** Why, for the first of them. Set if some were refused. */
  refusal?: string;
  /** Whether further jobs match that were left because of `atMost`. If nothing was changed, another call changes none. */
  more: boolean;
  /** Set if nothing is changed yet: the id of the operation that does it in the background, for `JobOperations.get`. */
  operation?: string;
}

/** What an action is about. */
export interface Target {
  query: Omit<SelectionQuery, 'before'>;
  filter: JobFilter;
}

const OPTIONS = optionNames<ActionOptions>({ manager: true, atMost: true, actor: true });
export const MAX_AT_MOST = 1_000_000;
/** How many jobs a count looks at: one more than a list does, so that exactly 100,000 are all. */
const COUNT_LOOK = 100_001;

interface Found {
  page: SelectedPage;
  /** How many match, if they are more than one transaction may change. */
  total: { count: number; capped: boolean } | null;
}

const NOTHING = { changed: 0, skipped: 0, refused: 0 };

interface Done {
  result: ActionResult;
  acted: Acted | null;
}

/** Finds the newest jobs that match, and changes them; if they are many, it leaves that to the workers. */
export async function actOn(
  parts: SelectionParts,
  action: Action,
  { query: given, filter }: Target,
  options: ActionOptions,
): Promise<ActionResult> {
  requireKnownOptions('', options, OPTIONS);
  const { manager, atMost = MAX_AT_ONCE, actor } = options;
  requireInteger('atMost', atMost, 1, MAX_AT_MOST);
  if (actor !== undefined) requireActor(actor);
  const query = narrowed(given, action.name);
  const shown = { filter: auditedFilter(filter), ...(action.to && { to: action.to.at ?? { byMs: action.to.byMs } }) };
  const { result } = await parts.change<Found, Done>(manager, {
    find: (store) => find(store, query, atMost, parts.shards),
    write: async (together, { page, total }) => {
      const { executor } = together;
      if (total) {
        const operation = await beginOperation(executor, { action, query, page, shown, actor, atMost, total });
        return { result: { ...NOTHING, more: total.count > atMost, operation }, acted: null };
      }
      const done = await actOnPage(together, action, page, parts);
      await recordAction(executor, actor, action, { ...shown, ...done.result });
      return done;
    },
    wake: ({ acted }, wakeUp) => (acted ? wakeAfter(acted, wakeUp, parts.clock) : wakeUp.settingsChanged()),
  });
  return result;
}

async function actOnPage(together: Together, action: Action, page: SelectedPage, place: Place): Promise<Done> {
  const leniency = { locked: together.isLate };
  const { acted, refused, refusal } = await actWherePossible(together, action, page.jobs, place, leniency);
  const result = {
    changed: acted.changed,
    skipped: page.jobs.length - acted.changed - refused,
    refused,
    ...(refusal !== null && { refusal }),
    more: page.next !== null && !page.capped,
  };
  return { result, acted };
}

/** Writes an action on many jobs to the audit, if it is known who acts. */
export async function recordAction(
  executor: Executor,
  actor: string | null | undefined,
  { name }: Pick<Action, 'name'>,
  details: Record<string, unknown>,
): Promise<void> {
  if (actor === null || actor === undefined) return;
  await new AuditStore(executor).record({ actor, action: `jobs.${name}`, jobId: null, details });
}

async function find(store: SelectionStore, query: SelectionQuery, atMost: number, shards: number): Promise<Found> {
  const page = await readPage(store, query, Math.min(atMost, MAX_AT_ONCE), shards);
  if (atMost <= MAX_AT_ONCE || page.next === null) return { page, total: null };
  return { page, total: await countUpTo(store, { ...query, look: COUNT_LOOK }, atMost, shards) };
}

async function countUpTo(store: SelectionStore, query: SelectionQuery, most: number, shards: number) {
  let count = 0;
  let capped = false;
  for (let shard = 0; shard < shards; shard++) {
    count += await store.count(shard, query, most + 1);
    capped ||= (await store.edge(shard, query)) !== null;
  }
  return { count, capped: capped && count <= most };
}
