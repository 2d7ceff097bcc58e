import { COMMAND } from '../support/command-name.js';
import { CommanderError } from 'commander';
import { InvalidJobOptionError, JobsError, type JobsErrorIssue } from '../job/job.errors.js';
import {
  classifyDatabaseError,
  databaseErrorCode,
  describeDatabaseError,
  isDatabaseDown,
  isStatementRefused,
  type DatabaseErrorKind,
} from '../store/connection/database-errors.js';

/** What a command says about itself to the shell. */
export const EXIT = {
  /** Done, and nothing is wrong. */
  fine: 0,
  /** Something is wrong with the jobs, or the database refused. */
  trouble: 1,
  /** The command was not called as it should be. Nothing was changed. */
  usage: 2,
  /** No connection to the database. */
  unreachable: 3,
} as const;

/** The command was not called as it should be. */
export class UsageError extends JobsError {}

/** There is no connection to the database. */
export class UnreachableError extends JobsError {}

/** How a command failed, for people and for programs. */
export interface Failure {
  exit: number;
  code: string;
  what: string;
  fix?: string;
  issues: JobsErrorIssue[];
}

const FIXES: Partial<Record<DatabaseErrorKind, string>> = {
  denied: 'Use a role with more rights. sql/roles.sql of the package says which role may do what.',
  read_only: 'Use the URL of the primary.',
  slow: `Narrow what is asked for, or run: ${COMMAND} doctor`,
  contended: 'Try again.',
};

/** Names that nobody knows were not written as they should be. */
const UNKNOWN: ReadonlySet<string> = new Set([
  'JOBS_UNKNOWN_QUEUE',
  'JOBS_UNKNOWN_SCHEDULE',
  'JOBS_UNKNOWN_TYPE',
  'JOBS_UNKNOWN_WORKER',
]);

/** Never has a stack, whatever was thrown. */
export function failureOf(error: unknown): Failure {
  if (error instanceof CommanderError) return usage(error);
  if (error instanceof JobsError) return ownFailure(error);
  if (isDatabaseDown(error) || isSilent(error))
    return {
      exit: EXIT.unreachable,
      code: 'JOBS_DATABASE_UNREACHABLE',
      what: describeDatabaseError(error),
      fix: 'Try again when the database is back.',
      issues: [],
    };
  return databaseFailure(error);
}

/** The connection leads nowhere. */
function isSilent(error: unknown): boolean {
  return databaseErrorCode(error) === '' && classifyDatabaseError(error) === 'slow';
}

function usage({ message }: CommanderError): Failure {
  const what = message.replace(/^error: /, '');
  return {
    exit: EXIT.usage,
    code: 'JOBS_USAGE',
    what,
    fix: 'Add --help to the command to see how to use it.',
    issues: [],
  };
}

function ownFailure(error: JobsError): Failure {
  const { code, what, fix, issues } = error;
  const isUsage = [UsageError, InvalidJobOptionError].some((kind) => error instanceof kind) || UNKNOWN.has(code);
  const isUnreachable = error instanceof UnreachableError || code === 'JOBS_NO_CONNECTION';
  return { exit: isUsage ? EXIT.usage : isUnreachable ? EXIT.unreachable : EXIT.trouble, code, what, fix, issues };
}

function databaseFailure(error: unknown): Failure {
  if (!isStatementRefused(error)) {
    const what = error instanceof Error ? error.message : String(error);
    return { exit: EXIT.trouble, code: 'JOBS_UNEXPECTED', what, issues: [] };
  }
  const fix = FIXES[classifyDatabaseError(error)];
  return { exit: EXIT.trouble, code: 'JOBS_DATABASE_REFUSED', what: describeDatabaseError(error), fix, issues: [] };
}

/** The lines of a failure for people. */
export function failureLines({ code, what, fix, issues }: Omit<Failure, 'exit'>): string[] {
  return [
    `${code}: ${what}`,
    ...issues.map(({ path, message }) => `  - ${path}: ${message}`),
    ...(fix === undefined ? [] : [`  ${fix}`]),
  ];
}
