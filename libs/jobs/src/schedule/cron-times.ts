import { CronTime, validateCronExpression } from 'cron';
import { InvalidJobOptionError } from '../job/job.errors.js';
import { isTimeZone } from '../job/option-checks.js';

type ZonedTime = ReturnType<CronTime['getNextDateFrom']>;

/** Only what cron text can need, and no number long enough to make a parser expand it to death. */
const SAFE_TEXT = /^[0-9A-Za-z*/,\- ?#]{1,100}$/;
const LONG_NUMBER = /\d{5}/;

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
    nextTick(cron, timeZone, new Date());
  } catch {
    throw new InvalidJobOptionError(`${path}.cron`, `"${cron}" never fires`);
  }
}

/**
 * The first time after `after` that the cron text names in the zone. A time that the zone skips when its clocks go
 * forward fires at the end of the gap; one that comes twice when they go back fires at its first coming, unless the cron
 * text names every hour.
 */
export function nextTick(cron: string, timeZone: string, after: Date): Date {
  const zoned = new CronTime(cron, timeZone);
  const wallClock = new CronTime(cron, 'UTC');
  let tick = zoned.getNextDateFrom(after, timeZone);
  while (!isNamed(tick, wallClock)) tick = zoned.getNextDateFrom(tick.toJSDate(), timeZone);
  return tick.toJSDate();
}

/** When clocks go back, `cron` also answers an hour early for the hour after: 03:00 would fire at 02:00 and again. */
function isNamed(tick: ZonedTime, wallClock: CronTime): boolean {
  if (tick.offset > tick.minus({ milliseconds: 1 }).offset) return true;
  const asUtc = tick.setZone('UTC', { keepLocalTime: true });
  const named = wallClock.getNextDateFrom(asUtc.minus({ seconds: 1 }).toJSDate(), 'UTC');
  return named.toMillis() === asUtc.toMillis();
}
