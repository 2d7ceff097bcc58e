import { stepFor, shortestStep } from '../../history/ladder.js';
import { InvalidJobOptionError } from '../../job/job.errors.js';
import { optionNames, requireKnownOptions } from '../../job/validate/known-options.js';
import { requireAll, requireInteger, requireName, requireOneOf, shownValue } from '../../job/validate/option-checks.js';

export interface StatisticsRange {
  /** Only of this queue. Default: all queues. */
  queue?: string;
  /** Default: an hour before `to`. */
  from?: Date;
  /**
   * Default, and at most: the end of the last minute that all workers have written, less than two minutes ago. Where
   * nothing ran before it, as in a new installation, the answer has what is written of the minute after it as well.
   */
  to?: Date;
}

export interface StatisticsSeriesOptions extends StatisticsRange {
  /** Only of this type. Default: all types. */
  type?: string;
  /**
   * The length of a step, in milliseconds: a multiple of a minute, or of 10 minutes, an hour or a day if `from` is more than
   * an hour, a day or 8 days ago. At most 1,000 steps. Default: the shortest of these that makes at most 200.
   */
  everyMs?: number;
}

export interface StatisticsByTypeOptions extends StatisticsRange {
  /** Which types come first: those with the most runs, failed attempts, or run time in total. Default `runs`. */
  order?: StatisticsOrder;
  /** At most this many types, 1 to 500. Default 100. */
  limit?: number;
}

export type StatisticsOrder = (typeof TYPE_ORDERS)[number];

export const TYPE_ORDERS = ['runs', 'failures', 'time'] as const;

const RANGE = { queue: true, from: true, to: true } as const;
const SERIES_OPTIONS = optionNames<StatisticsSeriesOptions>({ ...RANGE, type: true, everyMs: true });
const BY_TYPE_OPTIONS = optionNames<StatisticsByTypeOptions>({ ...RANGE, order: true, limit: true });

const SECOND_MS = 1_000;
const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
/** By then all workers have written the minute before. */
const WRITTEN_AFTER_MS = 20_000;
const MAX_LENGTH_MS = 3_660 * 86_400_000;
const MAX_STEPS = 1_000;
const DEFAULT_LIMIT = 100;
const MAX_LIMIT = 500;

/** What to read. */
export interface RangeQuestion {
  queue: string | null;
  /** The start of a step. */
  from: Date;
  to: Date;
  /** The end of the shortest step that is kept there and that `to` is in. */
  stepEnd: Date;
  /** Whether `to` is the last minute that all workers have written, so that what comes after it may be told too. */
  isOpen: boolean;
}

export interface SeriesQuestion extends RangeQuestion {
  type: string | null;
  stepSeconds: number;
}

export interface ByTypeQuestion extends RangeQuestion {
  order: StatisticsOrder;
  limit: number;
}

/** Fills in the defaults. Throws `InvalidJobOptionError` with every bad value. */
export function seriesQuestion(given: StatisticsSeriesOptions, nowMs: number): SeriesQuestion {
  requireKnownOptions('', given, SERIES_OPTIONS);
  const { type, everyMs } = given;
  requireAll(
    () => type === undefined || requireName('type', type),
    () => requireRange(given),
    () => everyMs === undefined || requireInteger('everyMs', everyMs, MINUTE_MS, MAX_LENGTH_MS),
  );
  const { fromMs, toMs, ...range } = rangeOf(given, nowMs);
  const stepSeconds = everyMs === undefined ? stepFor(toMs - fromMs, nowMs - fromMs) : everyMs / SECOND_MS;
  if (everyMs !== undefined) requireStep(everyMs, toMs - fromMs, shortestStep(nowMs - fromMs) * SECOND_MS);
  const from = startOfStep(fromMs, stepSeconds);
  return { ...range, type: type ?? null, from, to: new Date(toMs), stepSeconds };
}

/** Fills in the defaults. Throws `InvalidJobOptionError` with every bad value. */
export function byTypeQuestion(given: StatisticsByTypeOptions, nowMs: number): ByTypeQuestion {
  requireKnownOptions('', given, BY_TYPE_OPTIONS);
  const { order = 'runs', limit = DEFAULT_LIMIT } = given;
  requireAll(
    () => requireRange(given),
    () => requireOneOf('order', order, TYPE_ORDERS),
    () => requireInteger('limit', limit, 1, MAX_LIMIT),
  );
  const { fromMs, toMs, ...range } = rangeOf(given, nowMs);
  const from = startOfStep(fromMs, shortestStep(nowMs - fromMs));
  return { ...range, from, to: new Date(toMs), order, limit };
}

function requireRange({ queue, from, to }: StatisticsRange): void {
  requireAll(
    () => queue === undefined || requireName('queue', queue),
    () => requireTime('from', from),
    () => requireTime('to', to),
  );
}

function requireTime(path: string, time: unknown): void {
  if (time === undefined || (time instanceof Date && !Number.isNaN(time.getTime()))) return;
  throw new InvalidJobOptionError(path, `must be a valid Date; it is ${shownValue(time)}`);
}

function rangeOf({ queue, from, to }: StatisticsRange, nowMs: number) {
  const writtenMs = Math.floor((nowMs - WRITTEN_AFTER_MS) / MINUTE_MS) * MINUTE_MS;
  const toMs = Math.min(to?.getTime() ?? writtenMs, writtenMs);
  const fromMs = from?.getTime() ?? toMs - HOUR_MS;
  if (fromMs >= toMs)
    throw new InvalidJobOptionError(
      'from',
      `must be before ${new Date(toMs).toISOString()}, which is "to", or the last minute that all workers have written`,
    );
  if (toMs - fromMs > MAX_LENGTH_MS) throw new InvalidJobOptionError('from', 'must be at most 3,660 days before "to"');
  const stepMs = shortestStep(nowMs - toMs) * SECOND_MS;
  const stepEnd = new Date(Math.ceil(toMs / stepMs) * stepMs);
  return { queue: queue ?? null, fromMs, toMs, stepEnd, isOpen: toMs === writtenMs };
}

function requireStep(everyMs: number, lengthMs: number, leastMs: number): void {
  if (everyMs % leastMs !== 0)
    throw new InvalidJobOptionError(
      'everyMs',
      `is ${everyMs}; statistics from that time are kept in steps of ${leastMs}, so it must be a multiple of that`,
    );
  if (lengthMs / everyMs > MAX_STEPS)
    throw new InvalidJobOptionError(
      'everyMs',
      `is ${everyMs}, which makes more than ${MAX_STEPS} steps; choose a longer step or a later "from"`,
    );
}

function startOfStep(ms: number, stepSeconds: number): Date {
  const stepMs = stepSeconds * SECOND_MS;
  return new Date(Math.floor(ms / stepMs) * stepMs);
}
