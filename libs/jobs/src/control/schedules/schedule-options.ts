import { requireCatchUp, type CatchUp } from '../../job/catch-up.js';
import type { JobDefinition } from '../../job/job-definition.js';
import { InvalidJobOptionError } from '../../job/job.errors.js';
import { OVERLAPS, type Overlap } from '../../job/overlap.js';
import { optionNames, requireKnownOptions } from '../../job/validate/known-options.js';
import { requireAll, requireInteger, requireName, requireOneOf, shownValue } from '../../job/validate/option-checks.js';
import { requireCron } from '../../schedule/cron/cron-times.js';

/** What can be changed of a schedule that was made at run time. Of one with `@ScheduledJob`: `cron` and `timeZone`. */
export interface ScheduleSettings {
  /** Five fields (minute first) or six (second first). */
  cron: string;
  /** IANA zone of the cron text. Default: the module's `schedule.timeZone`. */
  timeZone?: string;
  /** The definition of the job that each tick enqueues, or its type. */
  job: JobDefinition | string;
  /** The payload of each job. Default `{}`. */
  payload?: unknown;
  /** Ticks that passed while no process ran, as of `@ScheduledJob`. Default `latest`. */
  catchUp?: CatchUp;
  /**
   * What a tick does while a job of an earlier tick is unfinished: enqueue another one, skip itself, or cancel that job and
   * enqueue another one. A running job is asked to stop, and its successor does not wait for it. Default `allow`.
   */
  overlap?: Overlap;
  /**
   * A tick fires up to this many milliseconds later, at random, but never later than half of the way to the next one. 0 to
   * 86,400,000. Default 0.
   */
  jitterMs?: number;
  /** No tick before it. At most ten years away. Default: none. */
  startsAt?: Date | null;
  /** No tick after it. In the future, at most ten years away. Default: none. */
  endsAt?: Date | null;
  /** How many ticks fire in all, 1 to 1,000,000. Skipped ticks and runs by hand do not count. Default: no limit. */
  times?: number | null;
}

export interface NewSchedule extends ScheduleSettings {
  /** Unique among all schedules, at most 50 characters. */
  name: string;
}

/** The settings with their defaults. */
export interface ResolvedSettings {
  cron: string;
  timeZone: string;
  catchUp: CatchUp;
  overlap: Overlap;
  jitterMs: number;
  startsAt: Date | null;
  endsAt: Date | null;
  times: number | null;
}

const SETTINGS = optionNames<ScheduleSettings>({
  cron: true,
  timeZone: true,
  job: true,
  payload: true,
  catchUp: true,
  overlap: true,
  jitterMs: true,
  startsAt: true,
  endsAt: true,
  times: true,
});
const TEXT = optionNames<Pick<ScheduleSettings, 'cron' | 'timeZone'>>({ cron: true, timeZone: true });
const NEW = ['name', ...SETTINGS];
const DAY_MS = 86_400_000;
const FARTHEST_MS = 3_660 * DAY_MS;
const MOST_TIMES = 1_000_000;

/** Throws `InvalidJobOptionError` for names of options that do not exist, and for what is no name. */
export function requireNewSchedule(given: NewSchedule): void {
  requireKnownOptions('', given, NEW);
  requireAll(
    () => requireName('name', given.name),
    () => requireName('job', typeOf(given.job)),
  );
}

/** As `requireNewSchedule`, for changes. */
export function requireChanges(given: Partial<ScheduleSettings>): void {
  requireKnownOptions('', given, SETTINGS);
  if (given.job !== undefined) requireName('job', typeOf(given.job));
}

/** The option that a schedule with `@ScheduledJob` does not have. Null if there is none. */
export function optionOfMade(given: Partial<ScheduleSettings>): string | null {
  return Object.keys(given).find((option) => !TEXT.includes(option)) ?? null;
}

export function typeOf(job: JobDefinition | string): string {
  return typeof job === 'object' && job !== null ? job.type : job;
}

/** The given settings, or else those of `base`. Throws `InvalidJobOptionError` with everything that is wrong. */
export function resolveSettings(
  given: Partial<ScheduleSettings>,
  base: Partial<ResolvedSettings> & { timeZone: string },
  now: Date,
): ResolvedSettings {
  const { timeZone = base.timeZone, catchUp = base.catchUp ?? 'latest', overlap = base.overlap ?? 'allow' } = given;
  const { cron = base.cron!, jitterMs = base.jitterMs ?? 0, startsAt = base.startsAt ?? null } = given;
  const { endsAt = base.endsAt ?? null, times = base.times ?? null } = given;
  requireAll(
    () => requireCron('', cron, timeZone),
    () => requireCatchUp('catchUp', catchUp),
    () => requireOneOf('overlap', overlap, OVERLAPS),
    () => requireInteger('jitterMs', jitterMs, 0, DAY_MS),
    () => requireTime('startsAt', startsAt, now),
    () => requireTime('endsAt', endsAt, now),
    () => times !== null && requireInteger('times', times, 1, MOST_TIMES),
  );
  requireTogether({ catchUp, overlap, startsAt, endsAt });
  if (given.endsAt) requireFuture(given.endsAt, now);
  return { cron, timeZone, catchUp, overlap, jitterMs, startsAt, endsAt, times };
}

function requireTime(path: string, time: unknown, now: Date): void {
  if (time === null) return;
  if (!(time instanceof Date) || Number.isNaN(time.getTime()))
    throw new InvalidJobOptionError(path, `must be a valid Date or null; it is ${shownValue(time)}`);
  if (Math.abs(time.getTime() - now.getTime()) > FARTHEST_MS)
    throw new InvalidJobOptionError(path, `${time.toISOString()} is more than ten years away`);
}

function requireTogether({
  catchUp,
  overlap,
  startsAt,
  endsAt,
}: Pick<ResolvedSettings, 'catchUp' | 'overlap' | 'startsAt' | 'endsAt'>): void {
  if (startsAt && endsAt && endsAt.getTime() < startsAt.getTime())
    throw new InvalidJobOptionError('endsAt', `${endsAt.toISOString()} is before startsAt`);
  // They would fire within seconds of each other, so all but one would be skipped or cancelled.
  const makesUpForMany = catchUp === 'all' || (typeof catchUp === 'object' && catchUp.last > 1);
  if (overlap !== 'allow' && makesUpForMany)
    throw new InvalidJobOptionError(
      'catchUp',
      `cannot make up for many ticks if overlap is "${overlap}": they would not let each other finish`,
      'Use catchUp "latest" or overlap "allow".',
    );
}

function requireFuture(endsAt: Date, now: Date): void {
  if (endsAt.getTime() <= now.getTime())
    throw new InvalidJobOptionError('endsAt', `${endsAt.toISOString()} is not in the future`);
}
