import { InvalidJobOptionError } from '../../job/job.errors.js';
import { optionNames, requireKnownOptions } from '../../job/validate/known-options.js';
import { ticksOf } from '../../schedule/cron/cron-times.js';
import { FARTHEST_MS } from './next-times.js';
import { resolveSettings } from './schedule-options.js';

/** Times of a schedule that need not exist. */
export interface SchedulePreview {
  cron: string;
  /** Default: the module's `schedule.timeZone`. */
  timeZone?: string;
  startsAt?: Date | null;
  endsAt?: Date | null;
}

const OPTIONS = optionNames<SchedulePreview>({ cron: true, timeZone: true, startsAt: true, endsAt: true });

/** Its next `count` times after `now` or `startsAt`, within 30 years. Throws `InvalidJobOptionError`. */
export function previewTimes(given: SchedulePreview, timeZone: string, now: Date, count: number): Date[] {
  requireKnownOptions('', given, OPTIONS);
  const { startsAt, endsAt, ...text } = resolveSettings(given, { timeZone }, now);
  const next = ticksOf(text.cron, text.timeZone);
  const times: Date[] = [];
  let after = startsAt && startsAt.getTime() > now.getTime() ? new Date(startsAt.getTime() - 1) : now;
  const lastMs = Math.min(endsAt?.getTime() ?? Infinity, after.getTime() + FARTHEST_MS);
  while (times.length < count) {
    after = nextOrThrow(next, after);
    if (after.getTime() > lastMs) break;
    times.push(after);
  }
  return times;
}

function nextOrThrow(next: (after: Date) => Date, after: Date): Date {
  try {
    return next(after);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new InvalidJobOptionError('cron', 'names no time within eight years of then');
  }
}
