import type { Command } from 'commander';
import type { EntityManager } from 'typeorm';
import { statusesFor, type SelectionAction } from '../../control/selection/action-rules.js';
import type { JobFilter } from '../../control/selection/job-filter.js';
import type { JobSelection } from '../../control/selection/job-selection.js';
import { MAX_AT_MOST, type ActionOptions, type ActionResult } from '../../control/selection/selection-actions.js';
import { isUuid } from '../../job/job-id.js';
import { JobsError } from '../../job/job.errors.js';
import { isRowsFault, isStatementRefused } from '../../store/connection/database-errors.js';
import { COMMAND } from '../../support/command-name.js';
import { actor, audited } from '../audited.js';
import type { Before, Call, Run, Session } from '../call.js';
import { EXIT, failureOf, UsageError } from '../failure.js';
import { requireQueues } from '../known-queues.js';
import { atLeast } from '../text.js';
import { wholeNumber } from '../values.js';
import { filterOf, withFilter, type FilterOptions } from './filter-options.js';
import { countsInWords, followOperation } from './follow-operation.js';

/** What a command does with jobs: one by one if they are named, and with all that match otherwise. */
export interface JobAction {
  name: string;
  /** The action on a selection that it is. */
  action: SelectionAction;
  one: (session: Session, id: string, manager: EntityManager) => Promise<{ id: string; status: string }>;
  many: (jobs: JobSelection, options: ActionOptions) => Promise<ActionResult>;
}

export interface ActOptions extends FilterOptions {
  all?: boolean;
  atMost: number;
  wait: boolean;
}

/** Adds the arguments and options of a command that acts on jobs. */
export function actCommand(program: Command, name: string, description: string): Command {
  return withFilter(program.command(`${name} [id...]`).description(description))
    .option('--all', 'all jobs that it can change, whatever they are')
    .option('--at-most <number>', 'of those that match, the newest', wholeNumber(1, MAX_AT_MOST), MAX_AT_MOST)
    .option('--no-wait', 'does not wait for the end if more than 1,000 match');
}

export async function act(
  { run, before }: { run: Run; before: Before },
  action: JobAction,
  { ids, options, command }: { ids: string[]; options: ActOptions; command: Command },
): Promise<void> {
  const filter = filterOf(options);
  requireOneWay(action.name, ids, filter, options);
  if (ids.length === 0) return run(command, (call) => actOnMatching(call, action, filter, options));
  if (ids.length > 1) await before(command).confirm(`This will ${action.name} ${ids.length} jobs.`);
  await run(command, (call) => actOnEach(call, ids, action));
}

/** Nobody means all jobs by saying nothing. */
function requireOneWay(name: string, ids: readonly string[], filter: JobFilter, { all }: ActOptions): void {
  ids.forEach(requireId);
  const ways = [ids.length > 0, Object.keys(filter).length > 0 || all === true].filter(Boolean).length;
  if (ways === 1) return;
  throw new UsageError({
    code: 'JOBS_USAGE',
    what: ways === 0 ? `It is not said which jobs to ${name}.` : 'Ids and a filter cannot be given together.',
    fix: 'Give ids, or say which by --type, --status and so on, or give --all.',
  });
}

/** A wrong id is a mistake in the call, so none of them is changed. */
export function requireId(id: string): void {
  const isId: boolean = isUuid(id);
  if (isId) return;
  const fix = `${COMMAND} list shows the ids.`;
  throw new UsageError({ code: 'JOBS_INVALID_ID', what: `"${id}" is not the id of a job.`, fix });
}

/** Each job by itself: one that is refused does not keep the others from being changed. */
async function actOnEach({ session, out }: Call, ids: readonly string[], { action, one }: JobAction): Promise<number> {
  const results: object[] = [];
  const lines: string[] = [];
  let refused = 0;
  for (const id of new Set(ids)) {
    try {
      const entry = {
        action: `job.${action}`,
        jobId: id,
        details: ({ status: now }: { status: string }) => ({ status: now }),
      };
      const { status } = await audited(session, entry, (manager) => one(session, id, manager));
      results.push({ id, status });
      lines.push(`${id}  ${status === 'processing' ? 'is running, and was asked to stop' : status}`);
    } catch (error) {
      if (!(error instanceof JobsError || (isRowsFault(error) && isStatementRefused(error)))) throw error;
      const { exit: _, ...failure } = failureOf(error);
      results.push({ id, error: failure });
      lines.push(
        `${id}  refused: ${failure.code}: ${[failure.what, ...failure.issues.map(({ message }) => message)].join(' ')}`,
      );
      refused++;
    }
  }
  await out.answer({ results }, () => lines);
  return refused > 0 ? EXIT.trouble : EXIT.fine;
}

async function actOnMatching(
  call: Call,
  job: JobAction,
  filter: JobFilter,
  { atMost, wait }: ActOptions,
): Promise<number> {
  const { session, out, confirm } = call;
  const allowed = statusesFor(job.action);
  const asked = filter.status === undefined ? allowed : [filter.status].flat();
  const status = asked.filter((one) => allowed.some((other) => other === one));
  await requireQueues(session, filter.queue);
  // Where no status fits, the action itself says so.
  const matching = session.jobs.where({ ...filter, ...(status.length > 0 && { status }) });
  const { count, capped } = await matching.count();
  const most = Math.min(count, atMost);
  await confirm(`This will ${job.name} ${atLeast(most, capped && count <= atMost)} jobs.`);
  const result = await job.many(session.jobs.where(filter), { atMost, actor: actor() });
  if (result.operation !== undefined) return followOperation(call, result.operation, wait);
  const { changed, skipped, refused } = result;
  await out.answer(result, () => [countsInWords(result, changed + skipped + refused)]);
  return refused > 0 ? EXIT.trouble : EXIT.fine;
}
