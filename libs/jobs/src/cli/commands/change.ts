import { COMMAND } from '../../support/command-name.js';
import type { Readable } from 'node:stream';
import { text as readAll } from 'node:stream/consumers';
import type { Command } from 'commander';
import type { EntityManager } from 'typeorm';
import type { JobDefinition } from '../../job/job-definition.js';
import { isUuid } from '../../job/job-id.js';
import { JobsError } from '../../job/job.errors.js';
import { registeredDefinition } from '../../job/registered-definition.js';
import { nearestName } from '../../job/validate/nearest-name.js';
import type { EnqueuedJob } from '../../enqueue/enqueue-options.js';
import { audited } from '../audited.js';
import { EXIT, failureOf, UsageError } from '../failure.js';
import type { Before, Call, Run, Session } from '../call.js';
import { json, timeSpan, wholeNumber } from '../values.js';

type Act = (session: Session, id: string, manager: EntityManager) => Promise<{ id: string; status: string }>;

interface EnqueueOptions {
  queue?: string;
  priority?: number;
  delay?: number;
  key?: string;
}

const MAX_SHOWN_TYPES = 20;

/** `retry`, `cancel` and `enqueue`. Each change commits together with its entry in the audit. */
export function addChangeCommands(program: Command, run: Run, before: Before): void {
  const each = (name: string, description: string, act: Act) =>
    program
      .command(`${name} <id...>`)
      .description(description)
      .action(async (ids: string[], _: object, command: Command) => {
        ids.forEach(requireId);
        if (ids.length > 1) await before(command).confirm(`This will ${name} ${ids.length} jobs.`);
        await run(command, (call) => changeEach(call, ids, name, act));
      });
  each('retry', 'makes failed or cancelled jobs due now, with all their attempts', (session, id, manager) =>
    session.jobs.retry(id, { manager }),
  );
  each('cancel', 'cancels jobs; a running one is asked to stop', (session, id, manager) =>
    session.jobs.cancel(id, { manager }),
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

/** A wrong id is a mistake in the call, so none of them is changed. */
function requireId(id: string): void {
  const isId: boolean = isUuid(id);
  if (isId) return;
  const fix = `${COMMAND} list shows the ids.`;
  throw new UsageError({ code: 'JOBS_INVALID_ID', what: `"${id}" is not the id of a job.`, fix });
}

/** Each job by itself: one that is refused does not keep the others from being changed. */
async function changeEach({ session, out }: Call, ids: readonly string[], name: string, act: Act): Promise<number> {
  const results: object[] = [];
  const lines: string[] = [];
  let refused = 0;
  for (const id of new Set(ids)) {
    try {
      const entry = {
        action: `job.${name}`,
        jobId: id,
        details: ({ status: now }: { status: string }) => ({ status: now }),
      };
      const { status } = await audited(session, entry, (manager) => act(session, id, manager));
      results.push({ id, status });
      lines.push(`${id}  ${status === 'processing' ? 'is running, and was asked to stop' : status}`);
    } catch (error) {
      if (!(error instanceof JobsError)) throw error;
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

async function enqueue({ session, out }: Call, type: string, payload: unknown, given: EnqueueOptions): Promise<void> {
  const { queue, priority, delay: delayMs, key: uniqueKey } = given;
  const options = Object.fromEntries(
    Object.entries({ queue, priority, delayMs, uniqueKey }).filter(([, value]) => value !== undefined),
  );
  const definition = await definitionOf(session, type);
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
