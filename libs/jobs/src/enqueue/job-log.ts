import type { EntityManager } from 'typeorm';
import { InvalidJobOptionError, JobNotFoundError } from '../job/job.errors.js';
import { optionNames, requireKnownOptions } from '../job/validate/known-options.js';
import { requireInteger, shownValue } from '../job/validate/option-checks.js';
import type { LogStore } from '../store/log.store.js';
import { toLogLine, type JobLogLine } from '../wait/job-change.js';

export interface LogOptions {
  /** The lines after the one with this number; 0 begins with the first. Default: the last lines. */
  after?: number;
  /** How many lines, 1 to 1,000. Default 100. */
  limit?: number;
  /** As in `JobService.get`. */
  manager?: EntityManager | null;
}

export interface JobLog {
  /** Oldest first. */
  lines: JobLogLine[];
  /** Lines that the job has logged so far. The last one has this number. */
  total: number;
  /** How many of them were dropped. */
  dropped: number;
}

export interface WatchOptions {
  /** Ends the iteration. The job goes on. */
  signal?: AbortSignal;
}

const DEFAULT_LIMIT = 100;
const MAX_LIMIT = 1_000;
const MAX_LINE = 2_147_483_647;
const READ_OPTIONS = optionNames<Omit<LogOptions, 'manager'>>({ after: true, limit: true });
const WATCH_OPTIONS = optionNames<WatchOptions>({ signal: true });

export async function readJobLog(
  store: LogStore,
  shard: number,
  id: string,
  given: Omit<LogOptions, 'manager'>,
): Promise<JobLog> {
  requireKnownOptions('', given, READ_OPTIONS);
  const { after, limit = DEFAULT_LIMIT } = given;
  if (after !== undefined) requireInteger('after', after, 0, MAX_LINE);
  requireInteger('limit', limit, 1, MAX_LIMIT);
  const row = await store.read(shard, id, after ?? null, limit);
  if (!row) throw new JobNotFoundError(id);
  return { lines: row.lines.map(toLogLine), total: row.total, dropped: row.total - row.kept };
}

/** Throws `InvalidJobOptionError`. */
export function checkWatch(given: WatchOptions): WatchOptions {
  requireKnownOptions('', given, WATCH_OPTIONS);
  const { signal } = given;
  if (signal !== undefined && !(signal instanceof AbortSignal))
    throw new InvalidJobOptionError('signal', `must be an AbortSignal; it is ${shownValue(signal)}`);
  return { signal };
}
