const MINUTE_S = 60;
const HOUR_S = 3_600;
const DAY_S = 86_400;
const SECOND_MS = 1_000;

/**
 * Rows of a length. Each is summed up into a row of the next length soon after that is over, and stays for a while as a
 * detail of it.
 */
export interface Rung {
  seconds: number;
  /** How long after the end of the next length they are summed up, in milliseconds. Infinity: never. */
  summedAfterMs: number;
  /** Details that are older are deleted, in milliseconds. */
  keptMs: number;
  /** Questions about times up to this age can be answered in steps of this length. A little less than `keptMs`. */
  askedMs: number;
}

/**
 * How exact the statistics are about how long ago. Each length divides the next one, so that a row never has to be split. So
 * a type in a queue has about 90 rows of a minute, 170 of ten minutes, 210 of an hour, and one for each day. A question about
 * 30 days reads some 50 of them: whole days, the hours of today, the last ten minutes and minutes.
 */
export const LADDER: readonly Rung[] = [
  // Workers have written a minute within 20 seconds. What comes later is summed up in a later round.
  {
    seconds: MINUTE_S,
    summedAfterMs: 2 * MINUTE_S * SECOND_MS,
    keptMs: 1.5 * HOUR_S * SECOND_MS,
    askedMs: 1.1 * HOUR_S * SECOND_MS,
  },
  {
    seconds: 10 * MINUTE_S,
    summedAfterMs: 5 * MINUTE_S * SECOND_MS,
    keptMs: 28 * HOUR_S * SECOND_MS,
    askedMs: 25 * HOUR_S * SECOND_MS,
  },
  {
    seconds: HOUR_S,
    summedAfterMs: 10 * MINUTE_S * SECOND_MS,
    keptMs: 9 * DAY_S * SECOND_MS,
    askedMs: 8.1 * DAY_S * SECOND_MS,
  },
  { seconds: DAY_S, summedAfterMs: Infinity, keptMs: Infinity, askedMs: Infinity },
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
