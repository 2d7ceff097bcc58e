import { validateCronExpression } from 'cron';
import { InvalidJobOptionError } from '../../job/job.errors.js';
import { isTimeZone, shownValue } from '../../job/validate/option-checks.js';
import { WallTimes } from './wall-times.js';
import { ZoneClock } from './zone-clock.js';

/** The characters that cron text needs. Together with `LONG_NUMBER` it keeps a parser from expanding a huge range. */
const SAFE_TEXT = /^[0-9A-Za-z*/,\- ?#]{1,100}$/;
const LONG_NUMBER = /\d{5}/;
const ANY_TIME = new Date(0);
/** The largest change of a clock in the time zone data is a day, when a zone moved across the date line. */
const LARGEST_CHANGE_MS = 25 * 3_600_000;

/**
 * Throws `InvalidJobOptionError` unless the cron text and the time zone are valid and at least one time matches. `path`: of
 * the options that have them; may be empty.
 */
export function requireCron(path: string, cron: string, timeZone: string): void {
  const at = (option: string) => (path === '' ? option : `${path}.${option}`);
  if (typeof cron !== 'string' || !SAFE_TEXT.test(cron) || LONG_NUMBER.test(cron))
    throw new InvalidJobOptionError(at('cron'), `${shownValue(cron)} is not cron text of five or six fields`);
  if (!isTimeZone(timeZone))
    throw new InvalidJobOptionError(
      at('timeZone'),
      `${shownValue(timeZone)} is not an IANA time zone such as "Asia/Tokyo"`,
    );
  const { valid, error } = validateCronExpression(cron);
  if (!valid) throw new InvalidJobOptionError(at('cron'), `"${cron}": ${error?.message ?? 'is not valid'}`);
  try {
    ticksOf(cron, timeZone)(ANY_TIME);
  } catch {
    throw new InvalidJobOptionError(at('cron'), `"${cron}" never fires`);
  }
}

/** Returns the first time after `after` at which a schedule fires. */
export type NextTick = (after: Date) => Date;

/**
 * The times at which a schedule fires. A tick fires when the zone's clock first shows its time or a later one. So a time
 * that is skipped when the clock goes forward fires at the end of the gap. A time that occurs twice when the clock goes
 * back fires once, the first time. A cron text that matches every hour fires whenever the clock shows a matching time.
 * The returned function throws `RangeError` if no time matches within eight years.
 */
export function ticksOf(cron: string, timeZone: string): NextTick {
  const named = new WallTimes(cron);
  const clock = ZoneClock.of(timeZone);
  const next = named.namesEveryHour ? nextShown : nextReached;
  return (after) => new Date(next(named, clock, after.getTime()));
}

/** The next time at which the clock shows a matching time. */
function nextShown(named: WallTimes, clock: ZoneClock, afterMs: number): number {
  let fromMs = afterMs + 1;
  for (;;) {
    const { offsetMs, untilMs } = clock.segmentAt(fromMs);
    const timeMs = named.atOrAfter(fromMs + offsetMs) - offsetMs;
    if (timeMs < untilMs) return timeMs;
    fromMs = untilMs;
  }
}

/** The time at which the clock first shows the next matching time that it has not reached before, or a later one. */
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

/** The first wall-clock time that the clock has not shown or skipped. Later than it shows now if it has just gone back. */
function unreachedAfter(clock: ZoneClock, afterMs: number): number {
  let segment = clock.segmentAt(afterMs);
  let unreachedMs = afterMs + 1 + segment.offsetMs;
  while (segment.fromMs > afterMs - LARGEST_CHANGE_MS) {
    segment = clock.segmentAt(segment.fromMs - 1);
    unreachedMs = Math.max(unreachedMs, segment.untilMs + segment.offsetMs);
  }
  return unreachedMs;
}
