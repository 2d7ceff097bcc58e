import { validateCronExpression } from 'cron';
import { InvalidJobOptionError } from '../job/job.errors.js';
import { isTimeZone } from '../job/validate/option-checks.js';
import { WallTimes } from './wall-times.js';
import { ZoneClock } from './zone-clock.js';

/** Only what cron text can need, and no number long enough to make a parser expand it to death. */
const SAFE_TEXT = /^[0-9A-Za-z*/,\- ?#]{1,100}$/;
const LONG_NUMBER = /\d{5}/;
/** Clocks have moved by a day where a zone changed its side of the date line, and never by more. */
const LARGEST_CHANGE_MS = 25 * 3_600_000;

/** Throws `InvalidJobOptionError` unless cron text and zone name times that exist. */
export function requireCron(path: string, cron: string, timeZone: string): void {
  if (!SAFE_TEXT.test(cron) || LONG_NUMBER.test(cron))
    throw new InvalidJobOptionError(`${path}.cron`, `${JSON.stringify(cron)} is not cron text of five or six fields`);
  if (!isTimeZone(timeZone))
    throw new InvalidJobOptionError(
      `${path}.timeZone`,
      `${JSON.stringify(timeZone)} is not an IANA time zone such as "Asia/Tokyo"`,
    );
  const { valid, error } = validateCronExpression(cron);
  if (!valid) throw new InvalidJobOptionError(`${path}.cron`, `"${cron}": ${error?.message ?? 'is not valid'}`);
  try {
    ticksOf(cron, timeZone)(new Date());
  } catch {
    throw new InvalidJobOptionError(`${path}.cron`, `"${cron}" never fires`);
  }
}

/** Gives the first time after another at which a schedule fires. */
export type NextTick = (after: Date) => Date;

/**
 * The times at which a schedule fires. A time that the cron text names fires when the zone's clock first shows it or a
 * later time: so one that is skipped when the clock goes forward fires at the end of the gap, and one that comes twice
 * when it goes back fires the first time. A text that names every hour goes by elapsed time instead: it fires whenever
 * the clock shows a named time. What it gives throws `RangeError` if no time is named within eight years.
 */
export function ticksOf(cron: string, timeZone: string): NextTick {
  const named = new WallTimes(cron);
  const clock = ZoneClock.of(timeZone);
  const next = named.namesEveryHour ? nextShown : nextReached;
  return (after) => new Date(next(named, clock, after.getTime()));
}

/** When the clock next shows a named time. */
function nextShown(named: WallTimes, clock: ZoneClock, afterMs: number): number {
  let fromMs = afterMs + 1;
  for (;;) {
    const { offsetMs, untilMs } = clock.segmentAt(fromMs);
    const timeMs = named.atOrAfter(fromMs + offsetMs) - offsetMs;
    if (timeMs < untilMs) return timeMs;
    fromMs = untilMs;
  }
}

/** When the clock first shows the next named time that it has not reached yet, or a later one. */
function nextReached(named: WallTimes, clock: ZoneClock, afterMs: number): number {
  const wallMs = named.atOrAfter(unreachedAfter(clock, afterMs));
  let fromMs = afterMs + 1;
  for (;;) {
    const { offsetMs, untilMs } = clock.segmentAt(fromMs);
    const timeMs = Math.max(fromMs, wallMs - offsetMs);
    if (timeMs < untilMs) return timeMs;
    fromMs = untilMs;
  }
}

/** The first time on the wall that the clock has not shown or passed: later than it shows where it went back lately. */
function unreachedAfter(clock: ZoneClock, afterMs: number): number {
  let segment = clock.segmentAt(afterMs);
  let unreachedMs = afterMs + 1 + segment.offsetMs;
  while (segment.fromMs > afterMs - LARGEST_CHANGE_MS) {
    segment = clock.segmentAt(segment.fromMs - 1);
    unreachedMs = Math.max(unreachedMs, segment.untilMs + segment.offsetMs);
  }
  return unreachedMs;
}
