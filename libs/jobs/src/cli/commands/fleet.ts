import type { Command } from 'commander';
import { actor } from '../audited.js';
import { EXIT } from '../failure.js';
import type { JobQueue } from '../../control/queue-view.js';
import { healthLines, healthOf, type SeenFleet } from './fleet-health.js';
import type { Call, Run, Session } from '../call.js';
import { age, atLeast, type Column } from '../text.js';
import { wholeNumber } from '../values.js';

/** `queues` with `pause` and `resume`, and `health`. */
export function addFleetCommands(program: Command, run: Run): void {
  const queues = program.command('queues').description('lists, pauses and resumes queues');
  queues
    .command('list', { isDefault: true })
    .description('lists the queues with what waits and runs in them')
    .action((_: object, command: Command) => run(command, listQueues));
  queues
    .command('pause <name>')
    .description('starts no more jobs of the queue; those that run go on')
    .action((name: string, _: object, command: Command) => run(command, (call) => pause(call, name)));
  queues
    .command('resume <name>')
    .description('starts its jobs again')
    .action((name: string, _: object, command: Command) => run(command, (call) => resume(call, name)));
  program
    .command('health')
    .description('for probes: exit code 0 if the database and its schema are fine, even if something is degraded')
    .option('--min-workers <number>', 'not fine with fewer living workers', wholeNumber(0, 1_000), 0)
    .action((options: { minWorkers: number }, command: Command) => run(command, (call) => health(call, options)));
}

async function listQueues({ session, out }: Call): Promise<void> {
  const answer = await session.queues.list();
  const { queues, capped } = answer;
  await out.answer(answer, () => {
    if (queues.length === 0) return ['No queues.'];
    return [...out.table(queueColumns(Date.now()), queues), ...(capped ? ['There are more queues.'] : [])];
  });
}

async function pause({ session, out, confirm }: Call, name: string): Promise<void> {
  await session.queues.requireKnown(name);
  await confirm(`This starts no more jobs of the queue ${name}.`);
  await session.queues.pause(name, { actor: actor() });
  await out.answer({ name, paused: true }, () => [`${name} is paused.`]);
}

async function resume({ session, out, confirm }: Call, name: string): Promise<void> {
  await session.queues.requireKnown(name);
  await confirm(`This starts the jobs of the queue ${name} again.`);
  await session.queues.resume(name, { actor: actor() });
  await out.answer({ name, paused: false }, () => [`${name} is resumed.`]);
}

async function health({ session, out }: Call, { minWorkers }: { minWorkers: number }): Promise<number> {
  const pending = await session.migrations.pending();
  const fleet = pending.length > 0 ? null : await readFleet(session);
  const answer = healthOf(pending, fleet, minWorkers);
  await out.answer(answer, () => healthLines(answer));
  return answer.status === 'down' ? EXIT.trouble : EXIT.fine;
}

async function readFleet({ workers, queues, pausedTypes }: Session): Promise<SeenFleet> {
  return {
    workers: await workers.list(),
    queues: (await queues.list()).queues,
    pausedTypes: await pausedTypes(),
  };
}

function queueColumns(nowMs: number): Column<JobQueue>[] {
  return [
    { title: 'QUEUE', of: ({ name }) => name, min: 16 },
    { title: 'PENDING', of: ({ pending, pendingCapped }) => atLeast(pending, pendingCapped) },
    { title: 'OLDEST DUE', of: ({ oldestDueMs }) => (oldestDueMs === null ? '' : age(oldestDueMs)) },
    { title: 'RUNNING', of: ({ running }) => String(running) },
    { title: 'WORKERS', of: ({ workers }) => String(workers) },
    { title: 'SLOTS', of: ({ slots }) => String(slots) },
    { title: 'PAUSED', of: ({ pausedAt }) => (pausedAt ? `for ${age(nowMs - pausedAt.getTime())}` : '') },
  ];
}
