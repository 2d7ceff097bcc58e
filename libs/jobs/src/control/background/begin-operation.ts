import { JobsError } from '../../job/job.errors.js';
import type { NewTime } from '../../job/new-time.js';
import { MAX_OPEN, OperationStore } from '../../store/control/operation.store.js';
import type { SelectionQuery } from '../../store/control/selection.store.js';
import { DatabaseStore } from '../../store/database.store.js';
import { NOTIFY_CHANNEL } from '../../store/notification.js';
import type { Executor } from '../../store/statement.js';
import { settingsMessage } from '../../wake/wake-message.js';
import { MAX_AT_ONCE, type Action } from '../selection/action-rules.js';
import { queryBehind, type SelectedPage } from '../selection/read-page.js';

/** What `query` of an operation can say. Raise it with each field that an older version would overlook. */
export const OPERATION_FORMAT = 1;

/** What a worker has to know to find the jobs, as JSON. */
export interface StoredQuery extends Pick<SelectionQuery, 'range' | 'fromId' | 'belowId' | 'before' | 'filter'> {
  to?: { at: string | null; byMs: NewTime['byMs'] };
}

export interface OperationToBegin {
  action: Action;
  query: SelectionQuery;
  /** Its first page, which must not be the last. */
  page: SelectedPage;
  /** What people may see of the selection. */
  shown: Record<string, unknown>;
  actor: string | undefined;
  atMost: number;
  total: { count: number; capped: boolean };
}

/**
 * Writes an operation for the workers, and tells them at the commit. It begins with the newest job that matches now, so
 * jobs that are added later, or that fail once more, are none of its. Throws `JobsError` JOBS_TOO_MANY_OPERATIONS.
 */
export async function beginOperation(executor: Executor, given: OperationToBegin): Promise<string> {
  const { action, query, page, shown, actor, atMost, total } = given;
  const id = await new OperationStore(executor).add({
    format: OPERATION_FORMAT,
    action: action.name,
    filter: shown,
    query: storedQuery(action, startOf(query, page)),
    actor: actor ?? null,
    atMost,
    total: Math.min(total.count, atMost),
    totalCapped: total.capped,
    batch: MAX_AT_ONCE,
  });
  if (id === null) throw tooMany();
  await new DatabaseStore(executor).notify({ channel: NOTIFY_CHANNEL, message: settingsMessage() });
  return id;
}

/** The query whose first job is the first of this page. */
function startOf(query: SelectionQuery, { jobs: [first], next }: SelectedPage): SelectionQuery {
  if (!first) return queryBehind(query, next!);
  return queryBehind(query, { id: idAfter(first.id), finished_at: first.finished_at });
}

/** The id that follows, as numbers do. */
function idAfter(id: string): string {
  const hex = (BigInt(`0x${id.replaceAll('-', '')}`) + 1n).toString(16).padStart(32, '0');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

function storedQuery({ to }: Action, { range, fromId, belowId, before, filter }: SelectionQuery): StoredQuery {
  const time = to && { at: to.at?.toISOString() ?? null, byMs: to.byMs };
  return { range, fromId, belowId, before, filter, ...(time && { to: time }) };
}

function tooMany(): JobsError {
  return new JobsError({
    code: 'JOBS_TOO_MANY_OPERATIONS',
    what: `${MAX_OPEN} operations wait or run already. Nothing was changed.`,
    fix: 'Wait until some of them have ended, or cancel those that are not needed.',
  });
}
