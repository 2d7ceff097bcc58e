const MILLISECOND = 1;
const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Steps between the lines of a scale of durations, in milliseconds: round numbers in their unit. */
const DURATION_STEPS = [
  ...[1, 2, 5, 10, 20, 50, 100, 200, 500].map((n) => n * MILLISECOND),
  ...[1, 2, 5, 10, 15, 30].map((n) => n * SECOND),
  ...[1, 2, 5, 10, 15, 30].map((n) => n * MINUTE),
  ...[1, 2, 3, 6, 12].map((n) => n * HOUR),
];
const TIME_STEPS = [
  ...[1, 2, 5, 10, 15, 30].map((n) => n * MINUTE),
  ...[1, 2, 3, 6, 12].map((n) => n * HOUR),
  ...[1, 2, 7, 14, 28].map((n) => n * DAY),
];

export type ScaleKind = 'count' | 'duration';

/** The values of the lines of a scale from 0 to at least `max`: at most `most` above 0. */
export function linesUpTo(max: number, kind: ScaleKind, most = 4): number[] {
  const step = kind === 'duration' ? durationStep(max, most) : decimalStep(max, most);
  const count = Math.max(1, Math.ceil(max / step));
  return Array.from({ length: count + 1 }, (_, i) => i * step);
}

/** 1, 2 or 5 times a power of ten. A scale without values goes to 1. */
function decimalStep(max: number, most: number): number {
  if (max <= 0) return 1;
  const power = 10 ** Math.floor(Math.log10(max / most));
  return [1, 2, 5, 10].map((n) => n * power).find((step) => max / step <= most) ?? 10 * power;
}

function durationStep(max: number, most: number): number {
  return DURATION_STEPS.find((step) => max / step <= most) ?? decimalStep(max / DAY, most) * DAY;
}

export interface TimeMarks {
  times: number[];
  /** Whether they are days, and not times of a day. */
  areDays: boolean;
}

/** Round times of the reader's clock between two times, at most `most`. */
export function timeMarks(from: number, to: number, most: number): TimeMarks {
  const step = TIME_STEPS.find((each) => (to - from) / each <= most) ?? Math.ceil((to - from) / most / DAY) * DAY;
  const times: number[] = [];
  const start = new Date(from);
  const midnight = new Date(start.getFullYear(), start.getMonth(), start.getDate());
  for (let i = 0; times.length <= most; i++) {
    const time = afterMidnight(midnight, i * step);
    if (time >= to) break;
    if (time >= from) times.push(time);
  }
  return { times, areDays: step >= DAY };
}

/** By the clock on the wall, so that midnight stays midnight after the clocks change. */
function afterMidnight(midnight: Date, ms: number): number {
  return new Date(midnight.getFullYear(), midnight.getMonth(), midnight.getDate(), 0, ms / MINUTE).getTime();
}

export type Place = readonly [x: number, y: number] | null;

/** The path of an SVG through places. A null is a gap. */
export function pathThrough(places: readonly Place[]): string {
  let path = '';
  for (const [i, place] of places.entries())
    if (place !== null) path += `${(places[i - 1] ?? null) === null ? 'M' : 'L'}${round(place[0])} ${round(place[1])}`;
  return path;
}

/** The places between two gaps: a path through them would show nothing. */
export function dotsAmong(places: readonly Place[]): Exclude<Place, null>[] {
  return places.filter((place, i) => place !== null && !places[i - 1] && !places[i + 1]) as Exclude<Place, null>[];
}

const round = (value: number) => Math.round(value * 10) / 10;
