/** A period, up to but not including `untilMs`, in which a zone's clock is ahead of UTC by `offsetMs`. */
export interface Segment {
  fromMs: number;
  untilMs: number;
  offsetMs: number;
}

const HOUR_MS = 3_600_000;
/** Offsets are compared at this distance. No zone has changed its clock and changed it back within it. */
const LOOK_EVERY_MS = 6 * HOUR_MS;
/** Segments are computed and cached in chunks of this length. */
const CHUNK_MS = 400 * 24 * HOUR_MS;
const OFFSET = /GMT(?:([+-])(\d\d):(\d\d)(?::(\d\d))?)?$/;

/** There are about 600 zones. A zone can be written in upper and lower case, and so in thousands of ways. */
const MOST_SPELLINGS = 1_000;

/** By the names that were given. */
const spellings = new Map<string, ZoneClock>();
/** By the runtime's own name. */
const clocks = new Map<string, ZoneClock>();

/** The clock of an IANA zone, from the runtime's time zone data. Times are milliseconds since 1970 in UTC. */
export class ZoneClock {
  private readonly format: Intl.DateTimeFormat;
  private readonly chunks = new Map<number, Segment[]>();

  static of(timeZone: string): ZoneClock {
    const known = spellings.get(timeZone);
    if (known) return known;
    const made = new ZoneClock(timeZone);
    const { timeZone: name } = made.format.resolvedOptions();
    const clock = clocks.get(name) ?? made;
    clocks.set(name, clock);
    if (spellings.size >= MOST_SPELLINGS) spellings.clear();
    spellings.set(timeZone, clock);
    return clock;
  }

  private constructor(timeZone: string) {
    this.format = new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'longOffset' });
  }

  /** The segment that contains a time. The next segment can have the same offset, because chunks cut segments. */
  segmentAt(timeMs: number): Segment {
    const chunk = Math.floor(timeMs / CHUNK_MS);
    const segments = this.chunks.get(chunk) ?? this.segmentsBetween(chunk * CHUNK_MS, (chunk + 1) * CHUNK_MS);
    this.chunks.set(chunk, segments);
    return segments.find(({ untilMs }) => timeMs < untilMs)!;
  }

  private segmentsBetween(fromMs: number, untilMs: number): Segment[] {
    const segments = [{ fromMs, untilMs, offsetMs: this.offsetAt(fromMs) }];
    for (let lookMs = fromMs; lookMs < untilMs; lookMs += LOOK_EVERY_MS) {
      const endMs = Math.min(lookMs + LOOK_EVERY_MS, untilMs) - 1;
      for (let last = segments.at(-1)!; this.offsetAt(endMs) !== last.offsetMs; last = segments.at(-1)!) {
        const changeMs = this.changeBetween(Math.max(lookMs - 1, last.fromMs), endMs, last.offsetMs);
        last.untilMs = changeMs;
        segments.push({ fromMs: changeMs, untilMs, offsetMs: this.offsetAt(changeMs) });
      }
    }
    return segments;
  }

  /** The time at which the clock changes from `offsetMs`, the offset at `fromMs` but not at `toMs`. */
  private changeBetween(fromMs: number, toMs: number, offsetMs: number): number {
    let [before, after] = [fromMs, toMs];
    while (after - before > 1) {
      const middle = Math.floor((before + after) / 2);
      if (this.offsetAt(middle) === offsetMs) before = middle;
      else after = middle;
    }
    return after;
  }

  private offsetAt(timeMs: number): number {
    const [, sign, hours = 0, minutes = 0, seconds = 0] = OFFSET.exec(this.format.format(timeMs))!;
    const ms = ((Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1_000;
    return sign === '-' ? -ms : ms;
  }
}
