import { DEFAULT_JOBS_NAME, type JobsModuleOptions } from '../jobs.options.js';

/** What a program decides about the worker that it runs for an application. */
export type ProcessOptions = Pick<JobsModuleOptions, 'role' | 'queues' | 'concurrency'> & {
  /** Whether schedules fire. */
  schedules?: boolean;
};

let decided: ProcessOptions = {};

/** Gives options to the `JobsModule` without a name that boots in this process. They win over its own. */
export function decideProcessOptions(options: ProcessOptions): void {
  decided = options;
}

/** The options of a module as this process runs it. */
export function withProcessOptions(name: string, given: JobsModuleOptions): JobsModuleOptions {
  if (name !== DEFAULT_JOBS_NAME) return given;
  const { schedules, ...options } = decided;
  const known = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
  const schedule = schedules === undefined ? given.schedule : { ...given.schedule, enabled: schedules };
  return { ...given, ...known, schedule };
}
