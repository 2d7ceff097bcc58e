import { JobConflictError } from '../../job/job.errors.js';
import type { LockedScheduleRow } from '../../store/sql/schedule/steer-schedules.sql.js';

export function noTimes(name: string, row: Pick<LockedScheduleRow, 'cron' | 'time_zone'>): JobConflictError {
  return new JobConflictError({
    code: 'JOBS_SCHEDULE_WITHOUT_TIMES',
    what: `The schedule "${name}" stays as it is: its cron text "${row.cron}" in ${row.time_zone} names no time here.`,
    fix: 'Correct the text, or do it from a process that knows the time zone.',
  });
}

export function notHeld(name: string, row: Pick<LockedScheduleRow, 'job_type'>): JobConflictError {
  const holder =
    row.job_type === null
      ? 'Start a process whose providers have its @ScheduledJob, with a role other than "producer".'
      : 'Start a process that imports ScheduleModule.forRoot(), with a role other than "producer".';
  return new JobConflictError({
    code: 'JOBS_SCHEDULE_NOT_HELD',
    what: `No running process has the schedule "${name}", so nobody would run it.`,
    fix: holder,
  });
}

export function stillRunning(name: string, cause: unknown): JobConflictError {
  return new JobConflictError({
    code: 'JOBS_SCHEDULE_RUNNING',
    what: `A tick of the schedule "${name}" is running, and holds its row. Nothing was changed.`,
    fix: 'Try again once it has ended, at the latest after the timeoutMs of its @ScheduledJob.',
    cause,
  });
}

export function nameTaken(name: string): JobConflictError {
  return new JobConflictError({
    code: 'JOBS_SCHEDULE_EXISTS',
    what: `There is a schedule "${name}" already.`,
    fix: 'Choose another name, change that schedule, or call upsert().',
  });
}

export function tooMany(most: number): JobConflictError {
  return new JobConflictError({
    code: 'JOBS_TOO_MANY_SCHEDULES',
    what: `${most} schedules have been made at run time, and there can be no more.`,
    fix: 'Remove those that have ended. For a time of its own per user, enqueue a job with scheduledAt.',
  });
}

export function isDeclared(name: string, option: string): JobConflictError {
  return new JobConflictError({
    code: 'JOBS_SCHEDULE_DECLARED',
    what: `The schedule "${name}" is a method with @ScheduledJob, and has no option "${option}" to change.`,
    fix: 'Change its cron text or its time zone here, and everything else in the code.',
  });
}

export function declaredAndHeld(name: string): JobConflictError {
  return new JobConflictError({
    code: 'JOBS_SCHEDULE_DECLARED',
    what: `The schedule "${name}" is a method with @ScheduledJob of a running process, which would register it again.`,
    fix: 'Pause it, or remove it from the code.',
  });
}

export function notDeclared(name: string): JobConflictError {
  return new JobConflictError({
    code: 'JOBS_SCHEDULE_NOT_DECLARED',
    what: `The schedule "${name}" was made at run time, so there is no text in the code that it could get back.`,
    fix: 'Change it instead.',
  });
}

export function hasEnded(name: string): JobConflictError {
  return new JobConflictError({
    code: 'JOBS_SCHEDULE_ENDED',
    what: `The schedule "${name}" has ended: none of its ticks is left.`,
    fix: 'Give it a later endsAt or more times, or remove it.',
  });
}
