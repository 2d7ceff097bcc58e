import type { Command } from 'commander';
import type { CatchUp } from '../../job/catch-up.js';
import type { ScheduleSettings } from '../../control/schedules/schedule-options.js';
import type { JobScheduleView } from '../../control/schedules/schedule-view.js';
import { actor } from '../audited.js';
import type { Call, Run } from '../call.js';
import { age, type Column } from '../text.js';
import { catchUp, json, time, timeSpan, wholeNumber } from '../values.js';
import { showSchedule } from './show-schedule.js';

interface SettingOptions {
  cron?: string;
  timeZone?: string;
  payload?: unknown;
  catchUp?: CatchUp;
  overlap?: ScheduleSettings['overlap'];
  jitter?: number;
  starts?: Date;
  ends?: Date;
  times?: number;
}

const MOST_TIMES = 1_000_000;

/** `schedules`: what there are, and what can be done with them. */
export function addScheduleCommands(program: Command, run: Run): void {
  const schedules = program.command('schedules').description('lists, makes, changes and runs schedules');
  schedules
    .command('list', { isDefault: true })
    .description('lists the schedules with their next times')
    .action((_: object, command: Command) => run(command, listSchedules));
  schedules
    .command('show <name>')
    .description('a schedule with its next times and what became of its last ticks')
    .action((name: string, _: object, command: Command) => run(command, (call) => show(call, name)));
  withSettings(schedules.command('create <name> <cron> <type>'))
    .description('makes a schedule that enqueues a job of the type')
    .action((name: string, cron: string, job: string, options: SettingOptions, command: Command) =>
      run(command, (call) => create(call, { name, cron, job, ...settingsOf(options) })),
    );
  withSettings(schedules.command('change <name>').option('--cron <text>', 'another cron text'))
    .description('changes a schedule; of a method with @ScheduledJob, only --cron and --time-zone')
    .action((name: string, options: SettingOptions, command: Command) =>
      run(command, (call) => change(call, name, settingsOf(options))),
    );
  addSteering(schedules, run);
}

function addSteering(schedules: Command, run: Run): void {
  const steer = (verb: Verb, description: string, did: string) =>
    schedules
      .command(`${verb} <name>`)
      .description(description)
      .action((name: string, _: object, command: Command) => run(command, (call) => steerOne(call, verb, name, did)));
  steer('pause', 'starts no more ticks; those that it misses are not made up for', 'is paused');
  steer('resume', 'goes on with the next time after now', 'is resumed');
  steer('run', 'asks for one run now, also of a paused schedule', 'runs now');
  steer('reset', 'puts back the cron text and zone of @ScheduledJob', 'has the text of the code');
  schedules
    .command('remove <name>')
    .description('removes a schedule that no running process has in its code, with what became of its ticks')
    .action((name: string, _: object, command: Command) => run(command, (call) => remove(call, name)));
}

function withSettings(command: Command): Command {
  return command
    .option('--time-zone <zone>', 'IANA zone of the cron text (default when it is made: UTC)')
    .option('--payload <json>', 'the payload of each job (default when it is made: {})', json)
    .option('--catch-up <what>', 'missed ticks: none, latest, all, or the last so many, such as 3', catchUp)
    .option('--overlap <what>', 'while a job of an earlier tick is unfinished: allow, skip or replace')
    .option('--jitter <span>', 'each tick fires up to this much later, such as 30s', timeSpan)
    .option('--starts <time>', 'no tick before it', time)
    .option('--ends <time>', 'no tick after it', time)
    .option('--times <number>', 'how many ticks fire in all', wholeNumber(1, MOST_TIMES));
}

type Verb = 'pause' | 'resume' | 'run' | 'reset';

function settingsOf({ jitter, starts, ends, ...rest }: SettingOptions): Omit<ScheduleSettings, 'cron' | 'job'> {
  const given = { ...rest, jitterMs: jitter, startsAt: starts, endsAt: ends };
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}

async function listSchedules({ session, out }: Call): Promise<void> {
  const schedules = await session.schedules.list();
  await out.answer({ schedules }, () =>
    schedules.length === 0 ? ['No schedules.'] : out.table(columns(Date.now()), schedules),
  );
}

async function show({ session, out }: Call, name: string): Promise<void> {
  const schedule = await session.schedules.get(name);
  const payload = schedule.job === null ? null : await session.schedules.payload(name);
  await out.answer({ ...schedule, payload }, () => showSchedule(schedule, payload));
}

async function create(
  { session, out }: Call,
  schedule: Parameters<Call['session']['schedules']['create']>[0],
): Promise<void> {
  const made = await session.schedules.create(schedule, { actor: actor() });
  await out.answer(made, () => [`${made.name} is made; next: ${nextOf(made)}`]);
}

async function change({ session, out }: Call, name: string, changes: Partial<ScheduleSettings>): Promise<void> {
  const changed = await session.schedules.change(name, changes, { actor: actor() });
  await out.answer(changed, () => [`${name} is changed; next: ${nextOf(changed)}`]);
}

async function steerOne({ session, out }: Call, verb: Verb, name: string, did: string): Promise<void> {
  const method = verb === 'run' ? 'runNow' : verb;
  const schedule = await session.schedules[method](name, { actor: actor() });
  await out.answer(schedule, () => [`${name} ${did}.`]);
}

async function remove({ session, out, confirm }: Call, name: string): Promise<void> {
  await session.schedules.get(name);
  await confirm(`This removes the schedule ${name} for good.`);
  await session.schedules.remove(name, { actor: actor() });
  await out.answer({ name, removed: true }, () => [`${name} is removed.`]);
}

function columns(nowMs: number): Column<JobScheduleView>[] {
  return [
    { title: 'SCHEDULE', of: ({ name }) => name, min: 16 },
    { title: 'CRON', of: ({ cron }) => cron, min: 9 },
    { title: 'ZONE', of: ({ timeZone }) => timeZone, min: 8 },
    { title: 'STATE', of: stateOf },
    { title: 'NEXT', of: ({ next: [first] }) => (first ? `in ${age(first.getTime() - nowMs)}` : '') },
    { title: 'LAST', of: ({ ticks: [last] }) => last?.outcome ?? '', optional: true },
    { title: 'JOB', of: ({ job }) => job ?? '@ScheduledJob', min: 8, optional: true },
  ];
}

function stateOf({ paused, endedAt, held, failures }: JobScheduleView): string {
  if (paused) return 'paused';
  if (endedAt !== null) return 'ended';
  if (!held) return 'not held';
  return failures > 0 ? 'failing' : 'on';
}

function nextOf({ next: [first], paused }: JobScheduleView): string {
  if (paused) return 'none, it is paused';
  return first?.toISOString() ?? 'none, it has ended';
}
