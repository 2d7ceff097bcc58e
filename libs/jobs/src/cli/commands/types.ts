import type { Command } from 'commander';
import type { JobTypeView } from '../../enqueue/job-types.js';
import { actor } from '../audited.js';
import type { Call, Run } from '../call.js';
import { age, type Column } from '../text.js';
import { timeToCome, wholeNumber } from '../values.js';

const MAX_TYPES = 1_000;

interface TypesOptions {
  search?: string;
  paused?: boolean;
  limit: number;
}

interface PauseTypeOptions {
  until?: Date;
}

/** `types`, with `pause` and `resume`. */
export function addTypeCommands(program: Command, run: Run): void {
  const types = program.command('types').description('lists, pauses and resumes job types');
  types
    .command('list', { isDefault: true })
    .description('lists the job types that applications have registered, with their defaults')
    .option('--search <text>', 'those whose names have this part')
    .option('--paused', 'those that are paused')
    .option('--limit <number>', 'how many', wholeNumber(1, MAX_TYPES), MAX_TYPES)
    .action((options: TypesOptions, command: Command) => run(command, (call) => listTypes(call, options)));
  types
    .command('pause <type>')
    .description('starts no more jobs of the type, in whichever queue; those that run go on')
    .option('--until <time>', 'the pause ends by itself then, or so far away, such as 2h', timeToCome)
    .action((type: string, options: PauseTypeOptions, command: Command) =>
      run(command, (call) => pause(call, type, options)),
    );
  types
    .command('resume <type>')
    .description('starts its jobs again')
    .action((type: string, _: object, command: Command) => run(command, (call) => resume(call, type)));
}

async function listTypes({ session, out }: Call, options: TypesOptions): Promise<void> {
  const answer = await session.jobTypes.list(options);
  const { types, total, capped } = answer;
  await out.answer(answer, () => (types.length === 0 ? ['No types.'] : out.table(typeColumns(Date.now()), types)));
  if (capped && !out.json) out.note(`${total - types.length} more types.`);
}

async function pause({ session, out, confirm }: Call, type: string, { until }: PauseTypeOptions): Promise<void> {
  await session.jobTypes.requireKnown(type);
  await confirm(`This starts no more jobs of the type ${type}.`);
  const { pausedUntil } = await session.jobTypes.pause(type, { until, actor: actor() });
  const ends = pausedUntil ? ` until ${pausedUntil.toISOString()}` : '';
  await out.answer({ type, paused: true, pausedUntil }, () => [`${type} is paused${ends}.`]);
}

async function resume({ session, out, confirm }: Call, type: string): Promise<void> {
  await session.jobTypes.requireKnown(type);
  await confirm(`This starts the jobs of the type ${type} again.`);
  await session.jobTypes.resume(type, { actor: actor() });
  await out.answer({ type, paused: false }, () => [`${type} is resumed.`]);
}

function typeColumns(nowMs: number): Column<JobTypeView>[] {
  return [
    { title: 'TYPE', of: ({ type }) => type, min: 20 },
    { title: 'QUEUE', of: ({ queue }) => queue, min: 10 },
    { title: 'PRIORITY', of: ({ priority }) => String(priority) },
    { title: 'TRIES', of: ({ maxAttempts }) => String(maxAttempts) },
    { title: 'TIMEOUT', of: ({ timeoutMs }) => age(timeoutMs) },
    { title: 'PAUSED', of: ({ pausedAt }) => (pausedAt ? `for ${age(nowMs - pausedAt.getTime())}` : '') },
  ];
}
