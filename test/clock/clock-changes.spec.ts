import fc from 'fast-check';
import { ticksOf, type NextTick } from '../../libs/jobs/src/schedule/cron/cron-times.js';
import { cronTexts, type CronText } from './cron-texts.js';
import { changesOf, minutesAround, type ClockChange, type ShownMinute } from './reference-clock.js';
import { referenceTicks } from './reference-ticks.js';

/** `npm run test:clocks` sets these: all changes of all zones, and more texts for each. */
const { CLOCK_SEED = '20260329', CLOCK_CHANGES = '45', CLOCK_TEXTS = '8' } = process.env;
const SEED = Number(CLOCK_SEED);
const TEXTS = Number(CLOCK_TEXTS);
const TIMEOUT_MS = CLOCK_CHANGES === 'all' ? 4 * 3_600_000 : 120_000;

const THIS_YEAR = new Date().getUTCFullYear();
const YEARS = CLOCK_CHANGES === 'all' ? 10 : 2;
const FROM_YEAR = THIS_YEAR - YEARS;
const UNTIL_YEAR = THIS_YEAR + YEARS;

/** Zones that stopped a scheduler, missed a tick or doubled one, each with its own kind of change. */
const NOTORIOUS = [
  'Australia/Sydney',
  'Pacific/Auckland',
  'America/Santiago',
  'Africa/Casablanca',
  'Europe/London',
  'Europe/Berlin',
  'America/New_York',
  // A change of half an hour, at midnight, of one zone against two, and none any more since lately.
  'Australia/Lord_Howe',
  'America/Havana',
  'Africa/Cairo',
  'Asia/Beirut',
  'Antarctica/Troll',
  'Pacific/Chatham',
  'America/Asuncion',
  'Asia/Tehran',
];

/** Of very many ticks, such as one a second for two days, so many are tried, and all that are this near to a change. */
const TRIED_TICKS = 40;
const NEAR_CHANGE = 5;

/** Tries `nextTick` from each tick to the next, and from a time between the two. Returns how many ticks it tried. */
function mustAgree(text: CronText, zone: string, minutes: readonly ShownMinute[], portion: number): number {
  const startMs = minutes[0]!.utcMs + 26 * 3_600_000;
  const endMs = minutes.at(-1)!.utcMs;
  const ticks = referenceTicks(text, minutes).filter((tick) => tick > startMs && tick < endMs);
  const tried = triedOf([startMs, ...ticks], changesAmong(minutes));
  const next = ticksOf(text.text, zone);
  for (const [fromMs, expected = Infinity] of tried) {
    const between = expected === Infinity ? fromMs : fromMs + Math.floor((expected - 1 - fromMs) * portion);
    for (const afterMs of [fromMs, between]) {
      const found = tickAfter(next, afterMs);
      const agrees = expected === Infinity ? found >= endMs : found === expected;
      if (!agrees) throw difference(text, zone, afterMs, found, expected);
    }
  }
  return tried.length;
}

function triedOf(ticks: readonly number[], changes: readonly number[]): [number, number?][] {
  const pairs = ticks.map((tick, index): [number, number?] => [tick, ticks[index + 1]]);
  const every = Math.ceil(pairs.length / TRIED_TICKS);
  const near = changes.map((changeMs) => ticks.findIndex((tick) => tick >= changeMs)).filter((index) => index >= 0);
  return pairs.filter((_, n) => n % every === 0 || near.some((index) => Math.abs(n - index) <= NEAR_CHANGE));
}

function changesAmong(minutes: readonly ShownMinute[]): number[] {
  const offsetAt = (index: number) => minutes[index]!.wallMs - minutes[index]!.utcMs;
  return minutes.filter((_, index) => index > 0 && offsetAt(index) !== offsetAt(index - 1)).map(({ utcMs }) => utcMs);
}

/** What names no time within eight years has no tick either. */
function tickAfter(next: NextTick, afterMs: number): number {
  try {
    return next(new Date(afterMs)).getTime();
  } catch (error) {
    if (error instanceof RangeError) return Infinity;
    throw error;
  }
}

function difference({ text }: CronText, zone: string, afterMs: number, found: number, expected: number): Error {
  const [after, is, should] = [afterMs, found, expected].map((ms) =>
    ms < Infinity ? new Date(ms).toISOString() : 'none',
  );
  return new Error(`"${text}" in ${zone} after ${after}: is ${is}, should be ${should} (seed ${SEED})`);
}

describe('the next tick around changes of the clock', () => {
  const zones = CLOCK_CHANGES === 'all' ? Intl.supportedValuesOf('timeZone') : NOTORIOUS;

  it(
    `is what a walk over the minutes of UTC finds (changes: ${CLOCK_CHANGES}, ${TEXTS} texts each)`,
    () => {
      const changes = chosen(zones.flatMap((zone) => changesOf(zone, FROM_YEAR, UNTIL_YEAR)));
      const texts = fc.sample(cronTexts, { seed: SEED, numRuns: changes.length * TEXTS });
      const portions = fc.sample(fc.double({ min: 0, max: 1, noNaN: true }), { seed: SEED, numRuns: texts.length });
      let ticks = 0;
      for (const [index, change] of changes.entries()) {
        const minutes = minutesAround(change);
        for (let n = index * TEXTS; n < (index + 1) * TEXTS; n++)
          ticks += mustAgree(texts[n]!, change.zone, minutes, portions[n]!);
      }
      expect(ticks).toBeGreaterThan(changes.length * TEXTS);
      if (CLOCK_CHANGES === 'all')
        process.stderr.write(
          `${zones.length} zones, ${changes.length} changes from ${FROM_YEAR} until ${UNTIL_YEAR}, ` +
            `${new Set(texts.map(({ text }) => text)).size} texts, ${texts.length} cases, ${ticks} ticks, 0 differences\n`,
        );
    },
    TIMEOUT_MS,
  );
});

/** As many changes as are wanted, spread over all of them. */
function chosen(changes: readonly ClockChange[]): readonly ClockChange[] {
  if (CLOCK_CHANGES === 'all') return changes;
  const every = changes.length / Number(CLOCK_CHANGES);
  return Array.from({ length: Number(CLOCK_CHANGES) }, (_, n) => changes[Math.floor(n * every)]!);
}
