const MINUTE_S = 60;
const HOUR_S = 3_600;
const DAY_S = 86_400;
const SECOND_MS = 1_000;

/** Rows of a length, for how long there are any of it, and for how long that can be relied on. */
export interface Rung {
  seconds: number;
  /** After this age, in milliseconds, they are replaced by rows of the next length. Infinity: never. */
  keptMs: number;
  /** Questions about times up to this age can be answered in steps of this length. A little less than `keptMs`. */
  askedMs: number;
}

/**
 * How exact the statistics are about how long ago. Each length divides the next one, so that a row never has to be split. So
 * a type in a queue has about 90 rows of a minute, 160 of ten minutes, 190 of an hour, and then one a day.
 */
export const LADDER: readonly Rung[] = [
  { seconds: MINUTE_S, keptMs: 1.5 * HOUR_S * SECOND_MS, askedMs: 1.1 * HOUR_S * SECOND_MS },
  { seconds: 10 * MINUTE_S, keptMs: 28 * HOUR_S * SECOND_MS, askedMs: 25 * HOUR_S * SECOND_MS },
  { seconds: HOUR_S, keptMs: 9 * DAY_S * SECOND_MS, askedMs: 8.1 * DAY_S * SECOND_MS },
  { seconds: DAY_S, keptMs: Infinity, askedMs: Infinity },
];

/** How many steps a series has at most, unless its caller chooses the step. */
const AIM = 200;

/** The shortest step, in seconds, in which a time of this age can be told. */
export function shortestStep(ageMs: number): number {
  return LADDER.find(({ askedMs }) => ageMs <= askedMs)!.seconds;
}

/** The step of a series, in seconds: the shortest that there is at its beginning and that makes no more than 200 points. */
export function stepFor(lengthMs: number, ageMs: number): number {
  const least = shortestStep(ageMs);
  const pointsOf = (seconds: number) => lengthMs / SECOND_MS / seconds;
  const found = LADDER.find(({ seconds }) => seconds >= least && pointsOf(seconds) <= AIM);
  return found?.seconds ?? DAY_S * Math.ceil(pointsOf(DAY_S) / AIM);
}
