import type { Command } from 'commander';
import { actor } from '../audited.js';
import { EXIT } from '../failure.js';
import { healthLines, healthOf, queueOf, workerOf, type QueueView, type WorkerView } from './fleet-views.js';
import type { Call, Run, Session } from '../call.js';
import { age, atLeast, type Column } from '../text.js';
import { wholeNumber } from '../values.js';

/** Up to how many pending jobs of a queue are counted. */
const MAX_COUNTED = 10_000;

/** `workers`, `queues` with `pause` and `resume`, and `health`. */
export function addFleetCommands(program: Command, run: Run): void {
  program
    .command('workers')
    .description('lists the living workers')
    .option('--all', 'also those that have died within a day')
    .action((options: { all?: boolean }, command: Command) => run(command, (call) => listWorkers(call, options)));
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

async function listWorkers({ session, out }: Call, { all = false }: { all?: boolean }): Promise<void> {
  const rows = await session.read((store) => store.workers(session.shards));
  const workers = rows.map(workerOf).filter(({ alive }) => all || alive);
  await out.answer({ workers }, () =>
    workers.length === 0 ? ['No living worker.'] : out.table(workerColumns(Date.now()), workers),
  );
}

async function listQueues({ session, out }: Call): Promise<void> {
  const queues = await readQueues(session);
  await out.answer({ queues }, () =>
    queues.length === 0 ? ['No queues.'] : out.table(queueColumns(Date.now()), queues),
  );
}

async function readQueues({ read, shards }: Session): Promise<QueueView[]> {
  const rows = await read((store) => store.queues(shards, MAX_COUNTED + 1));
  return rows.map((row) => queueOf(row, MAX_COUNTED));
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
  const fleet =
    pending.length > 0
      ? null
      : { workers: await session.read((store) => store.workers(session.shards)), queues: await readQueues(session) };
  const answer = healthOf(pending, fleet && { ...fleet, workers: fleet.workers.map(workerOf) }, minWorkers);
  await out.answer(answer, () => healthLines(answer));
  return answer.status === 'down' ? EXIT.trouble : EXIT.fine;
}

function workerColumns(nowMs: number): Column<WorkerView>[] {
  return [
    { title: 'ID', of: ({ id }) => id },
    { title: 'HOST', of: ({ host, pid }) => `${host}:${pid}`, min: 12 },
    { title: 'BUSY', of: ({ running, slots }) => `${running}/${slots}` },
    { title: 'SEEN', of: ({ alive, silentMs }) => (alive ? age(silentMs) : 'dead') },
    { title: 'QUEUES', of: ({ queues }) => queues.join(','), min: 8 },
    { title: 'UP', of: ({ startedAt }) => age(nowMs - startedAt.getTime()), optional: true },
    { title: 'VERSION', of: ({ version }) => version, min: 7, optional: true },
  ];
}

function queueColumns(nowMs: number): Column<QueueView>[] {
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
