import { cronFields, type CronFields } from './cron-fields.js';

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
/** 29 February is the rarest day: there is none in 2100, so eight years lie between two of them. */
const LONGEST_PAUSE_DAYS = 8 * 366;

/**
 * The times that match a cron text, as shown by a wall clock: without a zone and without clock changes. A wall-clock time
 * is represented by the milliseconds at which a clock in UTC shows it.
 */
export class WallTimes {
  private readonly fields: CronFields;
  private readonly ofDaysOfMonth: ReadonlySet<number>;
  private readonly ofDaysOfWeek: ReadonlySet<number>;
  private readonly ofMonths: ReadonlySet<number>;
  /** The last search and its result, which is also the result for every time in between. */
  private known = { fromMs: Infinity, foundMs: -Infinity };

  constructor(cron: string) {
    this.fields = cronFields(cron);
    this.ofDaysOfMonth = new Set(this.fields.daysOfMonth);
    this.ofDaysOfWeek = new Set(this.fields.daysOfWeek);
    this.ofMonths = new Set(this.fields.months);
  }

  get namesEveryHour(): boolean {
    return this.fields.hours.length === 24;
  }

  /** The first matching time at or after `fromMs`. Throws `RangeError` if there is none within eight years. */
  atOrAfter(fromMs: number): number {
    const { known } = this;
    const isKnown = fromMs >= known.fromMs && fromMs <= known.foundMs;
    if (!isKnown) this.known = { fromMs, foundMs: this.find(fromMs) };
    return this.known.foundMs;
  }

  private find(fromMs: number): number {
    const firstDay = Math.floor(fromMs / DAY_MS);
    for (let day = firstDay; day <= firstDay + LONGEST_PAUSE_DAYS; day++) {
      if (!this.namesDay(day)) continue;
      const timeMs = this.timeOfDay(fromMs - day * DAY_MS);
      if (timeMs !== null) return day * DAY_MS + timeMs;
    }
    throw new RangeError('The cron text names no time within eight years');
  }

  /** As in cron: if day of month and day of week are both restricted, a day that matches either of them counts. */
  private namesDay(day: number): boolean {
    const date = new Date(day * DAY_MS);
    if (!this.ofMonths.has(date.getUTCMonth() + 1)) return false;
    const inMonth = this.ofDaysOfMonth.has(date.getUTCDate());
    const inWeek = this.ofDaysOfWeek.has(date.getUTCDay());
    const eitherWill = this.ofDaysOfMonth.size < 31 && this.ofDaysOfWeek.size < 7;
    return eitherWill ? inMonth || inWeek : inMonth && inWeek;
  }

  /** The first matching time of day at or after `fromMs`. */
  private timeOfDay(fromMs: number): number | null {
    const { hours, minutes, seconds } = this.fields;
    for (const hour of hours) {
      const hourMs = hour * HOUR_MS;
      if (hourMs + HOUR_MS <= fromMs) continue;
      for (const minute of minutes) {
        const minuteMs = hourMs + minute * MINUTE_MS;
        if (minuteMs + MINUTE_MS <= fromMs) continue;
        const second = seconds.find((value) => minuteMs + value * SECOND_MS >= fromMs);
        if (second !== undefined) return minuteMs + second * SECOND_MS;
      }
    }
    return null;
  }
}
