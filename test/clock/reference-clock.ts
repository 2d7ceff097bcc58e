/** A change of a zone's clock, found by looking at it every six hours. */
export interface ClockChange {
  zone: string;
  /** A time at most six hours before the change. */
  beforeMs: number;
}

/** A minute of UTC, and what the zone's clock shows at its beginning, as milliseconds of a clock in UTC. */
export interface ShownMinute {
  utcMs: number;
  wallMs: number;
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const LOOK_EVERY_MS = 6 * HOUR_MS;
/** Longer than any clock was ever set back, so that a walk knows what the clock showed before. */
const BEFORE_MS = 27 * HOUR_MS;
const AFTER_MS = 15 * HOUR_MS;

/** Shows what the clocks of a zone show, from the parts of a formatted date: no offsets are worked out. */
export function wallClockOf(zone: string): (utcMs: number) => number {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  return (utcMs) => {
    const [month, day, year, hour, minute, second] = format.format(utcMs).match(/\d+/g)!.map(Number);
    return Date.UTC(year!, month! - 1, day, hour, minute, second);
  };
}

/** The changes of a zone's clock from the beginning of one year to that of another. */
export function changesOf(zone: string, fromYear: number, untilYear: number): ClockChange[] {
  const wallClock = wallClockOf(zone);
  const changes: ClockChange[] = [];
  const untilMs = Date.UTC(untilYear, 0);
  let beforeMs = Date.UTC(fromYear, 0);
  let offsetMs = wallClock(beforeMs) - beforeMs;
  for (let lookMs = beforeMs + LOOK_EVERY_MS; lookMs < untilMs; lookMs += LOOK_EVERY_MS) {
    const nowOffsetMs = wallClock(lookMs) - lookMs;
    if (nowOffsetMs !== offsetMs) changes.push({ zone, beforeMs });
    [beforeMs, offsetMs] = [lookMs, nowOffsetMs];
  }
  return changes;
}

/** Each minute of UTC from a day before a change until some hours after it. */
export function minutesAround({ zone, beforeMs }: ClockChange): ShownMinute[] {
  const wallClock = wallClockOf(zone);
  const count = (BEFORE_MS + AFTER_MS) / MINUTE_MS;
  const startMs = beforeMs - BEFORE_MS;
  return Array.from({ length: count }, (_, minute) => {
    const utcMs = startMs + minute * MINUTE_MS;
    return { utcMs, wallMs: wallClock(utcMs) };
  });
}
