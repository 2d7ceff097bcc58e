import type { Command } from 'commander';
import type { JobWorkerView } from '../../control/job-workers.js';
import { UNKNOWN_VERSION } from '../../support/application-version.js';
import { actor } from '../audited.js';
import type { Call, Run } from '../call.js';
import { age, type Column } from '../text.js';
import { wholeNumber } from '../values.js';

/** `workers`, with `drain`, `resume` and `concurrency`. */
export function addWorkerCommands(program: Command, run: Run): void {
  const workers = program.command('workers').description('lists workers, drains them and sets how many jobs they run');
  workers
    .command('list', { isDefault: true })
    .description('lists the living workers')
    .option('--all', 'also those that have died within an hour')
    .action((options: { all?: boolean }, command: Command) => run(command, (call) => listWorkers(call, options)));
  workers
    .command('drain <id>')
    .description('finishes what it runs and starts nothing more, until it is resumed or restarted')
    .action((id: string, _: object, command: Command) => run(command, (call) => drain(call, id)));
  workers
    .command('resume <id>')
    .description('starts jobs again')
    .action((id: string, _: object, command: Command) => run(command, (call) => resume(call, id)));
  workers
    .command('concurrency <id> <slots>')
    .description('sets how many jobs a worker runs at once until it is restarted; "all" stands for all that live')
    .action((id: string, slots: string, _: object, command: Command) =>
      run(command, (call) => setConcurrency(call, id, wholeNumber(1, 1_000)(slots))),
    );
}

async function listWorkers({ session, out }: Call, { all = false }: { all?: boolean }): Promise<void> {
  const workers = (await session.workers.list()).filter(({ alive }) => all || alive);
  await out.answer({ workers }, () =>
    workers.length === 0 ? ['No living worker.'] : out.table(columnsFor(workers, Date.now()), workers),
  );
}

async function drain({ session, out, confirm }: Call, id: string): Promise<void> {
  await confirm(`Worker ${id} will start no more jobs.`);
  await session.workers.drain(id, { actor: actor() });
  await out.answer({ id, draining: true }, () => [`${id} starts no more jobs.`]);
}

async function resume({ session, out }: Call, id: string): Promise<void> {
  await session.workers.resume(id, { actor: actor() });
  await out.answer({ id, draining: false }, () => [`${id} starts jobs again.`]);
}

async function setConcurrency({ session, out, confirm }: Call, id: string, slots: number): Promise<void> {
  if (id === 'all') await confirm(`All living workers will run up to ${slots} jobs at once.`);
  const workers = await session.workers.setConcurrency(id, slots, { actor: actor() });
  await out.answer({ workers, slots }, () => [
    `${workers === 1 ? '1 worker runs' : `${workers} workers run`} up to ${slots} jobs at once.`,
  ]);
}

/** Jobs claimed ahead and versions have a column only if there are any. */
function columnsFor(workers: readonly JobWorkerView[], nowMs: number): Column<JobWorkerView>[] {
  const ahead: Column<JobWorkerView> = { title: 'AHEAD', of: ({ claimedAhead }) => String(claimedAhead) };
  const versions: Column<JobWorkerView> = { title: 'VERSION', of: versionOf, min: 7, optional: true };
  return [
    { title: 'ID', of: ({ id }) => id },
    { title: 'HOST', of: ({ host, pid }) => `${host}:${pid}`, min: 12 },
    { title: 'BUSY', of: busy },
    ...(workers.some(({ claimedAhead }) => claimedAhead > 0) ? [ahead] : []),
    { title: 'SEEN', of: (worker) => seen(worker, nowMs) },
    { title: 'QUEUES', of: ({ queues }) => queues.join(','), min: 8 },
    { title: 'UP', of: ({ startedAt }) => age(nowMs - startedAt.getTime()), optional: true },
    ...(workers.some((worker) => versionOf(worker) !== '') ? [versions] : []),
  ];
}

function busy({ busySlots, slots, wantedSlots }: JobWorkerView): string {
  return `${busySlots}/${slots}${wantedSlots === null ? '' : `→${wantedSlots}`}`;
}

function versionOf({ version }: JobWorkerView): string {
  return version === UNKNOWN_VERSION ? '' : version;
}

function seen({ alive, drainingSince, lastSeenAt }: JobWorkerView, nowMs: number): string {
  if (!alive) return 'dead';
  return drainingSince === null ? age(Math.max(0, nowMs - lastSeenAt.getTime())) : 'draining';
}
