import { COMMAND } from '../../support/command-name.js';
import type { Readable } from 'node:stream';
import { text as readAll } from 'node:stream/consumers';
import type { Command } from 'commander';
import type { JobDefinition } from '../../job/job-definition.js';
import { registeredDefinition } from '../../job/registered-definition.js';
import { JobConflictError } from '../../job/job.errors.js';
import { nearestName } from '../../job/validate/nearest-name.js';
import type { EnqueuedJob } from '../../enqueue/enqueue-options.js';
import { audited } from '../audited.js';
import { UsageError } from '../failure.js';
import type { Before, Call, Run, Session } from '../call.js';
import { requireQueues } from '../known-queues.js';
import { json, timeSpan, wholeNumber } from '../values.js';
import { act, actCommand, type ActOptions, type JobAction } from './act.js';

/** Those for which one job has no call of its own act on a selection of one. */
const ofSelection =
  (many: JobAction['many'], status: string): JobAction['one'] =>
  async (session, id, manager) => {
    const { changed, refusal } = await many(session.jobs.where({ ids: [id] }), { manager });
    if (refusal !== undefined) throw refused(id, refusal);
    if (changed === 0) throw notChanged(id);
    return { id, status };
  };

const replay: JobAction['many'] = (jobs, options) => jobs.replay(options);
const runNow: JobAction['many'] = (jobs, options) => jobs.runNow(options);
const remove: JobAction['many'] = (jobs, options) => jobs.delete(options);

const ACTIONS: readonly (JobAction & { description: string })[] = [
  {
    name: 'retry',
    description: 'makes failed or cancelled jobs due now, with all their attempts',
    action: 'retry',
    one: (session, id, manager) => session.jobs.retry(id, { manager }),
    many: (jobs, options) => jobs.retry(options),
  },
  {
    name: 'cancel',
    description: 'cancels jobs; a running one is asked to stop',
    action: 'cancel',
    one: (session, id, manager) => session.jobs.cancel(id, { manager }),
    many: (jobs, options) => jobs.cancel(options),
  },
  {
    name: 'replay',
    description: 'enqueues finished jobs once more, as new jobs',
    action: 'replay',
    one: ofSelection(replay, 'enqueued once more'),
    many: replay,
  },
  {
    name: 'run-now',
    description: 'makes pending jobs due now that wait for a later time',
    action: 'run_now',
    one: ofSelection(runNow, 'due now'),
    many: runNow,
  },
  {
    name: 'delete',
    description: 'deletes finished jobs; nothing brings them back',
    action: 'delete',
    one: ofSelection(remove, 'deleted'),
    many: remove,
  },
];

interface EnqueueOptions {
  queue?: string;
  priority?: number;
  delay?: number;
  key?: string;
}

const MAX_SHOWN_TYPES = 20;

/** `enqueue`, `retry`, `cancel` and the other actions on jobs. Each change commits together with its entry in the audit. */
export function addChangeCommands(program: Command, run: Run, before: Before): void {
  for (const action of ACTIONS)
    actCommand(program, action.name, action.description).action(
      (ids: string[], options: ActOptions, command: Command) => act({ run, before }, action, { ids, options, command }),
    );
  program
    .command('enqueue <type> [json]')
    .description('adds a job; the payload is JSON, or - for standard input (default: {})')
    .option('--queue <queue>', "another queue than the type's")
    .option('--priority <number>', 'from 0, which starts first, to 9', wholeNumber(0, 9))
    .option('--delay <span>', 'falls due after it, such as 90s, 15m or 2h', timeSpan)
    .option('--key <key>', 'unique key: adds nothing while an unfinished job has it')
    .action(async (type: string, payload: string | undefined, options: EnqueueOptions, command: Command) => {
      const value = await payloadOf(payload, before(command).out.terminal.stdin);
      await run(command, (call) => enqueue(call, type, value, options));
    });
}

function notChanged(id: string): JobConflictError {
  return new JobConflictError({
    code: 'JOBS_NOT_CHANGED',
    what: `Job ${id} is in a status that does not allow it, another transaction holds it, or it is gone.`,
    fix: `${COMMAND} show ${id} shows it.`,
  });
}

function refused(id: string, refusal: string): JobConflictError {
  return new JobConflictError({ code: 'JOBS_CHANGE_REFUSED', what: `Job ${id} was not changed. ${refusal}` });
}

async function enqueue({ session, out }: Call, type: string, payload: unknown, given: EnqueueOptions): Promise<void> {
  const { queue, priority, delay: delayMs, key: uniqueKey } = given;
  const options = Object.fromEntries(
    Object.entries({ queue, priority, delayMs, uniqueKey }).filter(([, value]) => value !== undefined),
  );
  const definition = await definitionOf(session, type);
  await requireQueues(session, queue);
  const entry = {
    action: 'job.enqueue',
    jobId: ({ id }: EnqueuedJob) => id,
    details: ({ duplicate }: EnqueuedJob) => ({ type, duplicate, ...options }),
  };
  const job = await audited(session, entry, (manager) =>
    session.jobs.enqueue(definition, payload, { ...options, manager }),
  );
  await out.answer(job, () => [`${job.id}  ${job.duplicate ? 'has this key already; nothing was added' : 'added'}`]);
}

/** As the application that knows the type has registered it when it booted. */
async function definitionOf(session: Session, type: string): Promise<JobDefinition> {
  const types = await session.types();
  const row = types.find((known) => known.type === type);
  if (!row)
    throw unknownType(
      type,
      types.map((known) => known.type),
    );
  return registeredDefinition(row);
}

function unknownType(type: string, known: string[]): UsageError {
  const nearest = nearestName(type, known);
  const shown = known.slice(0, MAX_SHOWN_TYPES).join(', ') + (known.length > MAX_SHOWN_TYPES ? ', …' : '');
  const hint = nearest === null ? `Known types: ${shown || 'none'}.` : `Did you mean "${nearest}"?`;
  return new UsageError({
    code: 'JOBS_UNKNOWN_TYPE',
    what: `No job type "${type}" is registered. ${hint}`,
    fix: 'Types are registered when an application that knows their definition boots.',
  });
}

async function payloadOf(text: string | undefined, stdin: Readable): Promise<unknown> {
  if (text === undefined) return {};
  try {
    return json(text === '-' ? await readAll(stdin) : text);
  } catch (error) {
    const what = `The payload: ${(error as Error).message}`;
    throw new UsageError({ code: 'JOBS_INVALID_PAYLOAD', what, fix: `Quote it for the shell: '{"user_id":7}'` });
  }
}
