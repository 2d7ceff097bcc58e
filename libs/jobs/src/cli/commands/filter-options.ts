import type { Command } from 'commander';
import type { JobFilter } from '../../control/selection/job-filter.js';
import { JOB_STATUSES, type JobStatus } from '../../job/job-status.js';
import { payloadFilter, pointInTime, several } from '../values.js';

export interface FilterOptions extends Omit<JobFilter, 'tags' | 'status'> {
  status?: string[];
  tag?: string[];
}

/** Adds the options that select jobs. */
export function withFilter(command: Command): Command {
  return command
    .option('--type <type>', 'a type; may be repeated, as --status, --queue and --tag', several)
    .option('--status <status>', JOB_STATUSES.join(', '), several)
    .option('--queue <queue>', 'a queue', several)
    .option('--tag <tag>', 'a tag; a job has all that are given', several)
    .option('--key <key>', 'its unique key')
    .option('--worker <id>', 'the worker that runs it')
    .option('--error <text>', 'a part of its error')
    .option('--payload <json|path=value>', 'what its payload has, such as user.id=7', payloadFilter)
    .option('--since <time>', 'created since a time, or since a span ago such as 2h', (text) => pointInTime(text))
    .option('--until <time>', 'created before it', (text) => pointInTime(text));
}

export function filterOf({
  type,
  status,
  queue,
  tag,
  key,
  worker,
  error,
  payload,
  since,
  until,
}: FilterOptions): JobFilter {
  const given = { type, status: status as JobStatus[], queue, tags: tag, key, worker, error, payload, since, until };
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}
