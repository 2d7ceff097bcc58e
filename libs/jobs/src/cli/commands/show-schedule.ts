import type { JobScheduleTick, JobScheduleView } from '../../control/schedules/schedule-view.js';

const LABEL_WIDTH = 10;

/** A schedule for people, in lines. Times are in its own zone. */
export function showSchedule(schedule: JobScheduleView, payload: unknown): string[] {
  const { catchUp, declared, overlap, jitterMs, startsAt, endsAt, times, timesLeft, ticks, timeZone } = schedule;
  const clock = clockIn(timeZone);
  const facts: [string, string | null][] = [
    ['name', schedule.name],
    ['cron', `${schedule.cron} (${timeZone})`],
    ['code', declared && `${declared.cron} (${declared.timeZone}), replaced by ${schedule.setBy ?? 'an operator'}`],
    ['state', stateOf(schedule)],
    ['job', schedule.job],
    ['payload', schedule.job === null ? null : JSON.stringify(payload)],
    ['catch-up', typeof catchUp === 'object' ? `the last ${catchUp.last}` : catchUp],
    ['overlap', schedule.job === null ? null : overlap],
    ['jitter', jitterMs > 0 ? `${jitterMs} ms` : null],
    ['starts', startsAt && clock(startsAt)],
    ['ends', endsAt && clock(endsAt)],
    ['times', times === null ? null : `${timesLeft} of ${times} left`],
    ['error', schedule.lastError],
  ];
  return [
    ...facts.filter(([, value]) => value !== null).map(([label, value]) => label.padEnd(LABEL_WIDTH) + oneLine(value!)),
    ...section(`Next times (${timeZone})`, schedule.next.map(clock)),
    ...section(
      'Last ticks, newest first',
      ticks.map((tick) => tickLine(tick, clock)),
    ),
  ];
}

function stateOf({ paused, pausedBy, endedAt, held, failures }: JobScheduleView): string {
  if (paused) return pausedBy === null ? 'paused' : `paused by ${pausedBy}`;
  if (endedAt !== null) return `ended ${endedAt.toISOString()}`;
  if (!held) return 'no running process has it';
  return failures > 0 ? `failed ${failures} times in a row` : 'on';
}

function tickLine({ plannedAt, outcome, jobId, error }: JobScheduleTick, clock: (time: Date) => string): string {
  return [clock(plannedAt), outcome.padEnd(8), jobId ?? '', oneLine(error?.split('\n', 1)[0] ?? '')]
    .join('  ')
    .trimEnd();
}

/** Sortable, and with the zone's offset, so that no time is ambiguous where the clock goes back. */
function clockIn(timeZone: string): (time: Date) => string {
  try {
    const format = new Intl.DateTimeFormat('sv-SE', {
      dateStyle: 'short',
      timeStyle: 'medium',
      timeZone,
    });
    return (time) => `${format.format(time)} (${time.toISOString()})`;
  } catch {
    return (time) => time.toISOString();
  }
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ['', title, ...lines.map((line) => `  ${line}`)];
}

function oneLine(text: string): string {
  return text.replaceAll('\n', ' ');
}
