import { JobsError } from '../../job/job.errors.js';
import { redactSecrets } from '../../job/text/redact-secrets.js';

const MAX_MESSAGE_LENGTH = 500;

/**
 * Every way in which a statement fails, and what it means:
 * - `data`: a value is at fault. Trying again cannot help.
 * - `contended`: another transaction was in the way. Another try helps, and nothing is logged.
 * - `slow`: the server ended it, or did not answer in time. It is tried again later, so that overload does not grow.
 * - `unavailable`: nobody answers, or the connection broke.
 * - `exhausted`: no connections, memory or disk are left.
 * - `read_only`: a standby, or a former primary. Another connection may lead to the new primary.
 * - `denied`: the role, its grants or the schema are wrong. An operator has to act.
 * - `unexpected`: any other error of the server.
 */
export type DatabaseErrorKind =
  'data' | 'contended' | 'slow' | 'unavailable' | 'exhausted' | 'read_only' | 'denied' | 'unexpected';

/** By SQLSTATE; the first that matches decides. */
const SQLSTATES: readonly [RegExp, DatabaseErrorKind][] = [
  // 54: such as a key that is too long for an index, or a document that is nested too deep.
  [/^(22|23|54)/, 'data'],
  [/^(40001|40P01|40003|55P03|55006)$/, 'contended'],
  [/^(57014|25P03|25P04)$/, 'slow'],
  [/^(08|57P0)/, 'unavailable'],
  [/^(53|58)/, 'exhausted'],
  [/^25006$/, 'read_only'],
  [/^(42501|28|3D000|3F000|42P01|42703|42883)/, 'denied'],
];

/** Has a digit, unlike codes of Node such as EPIPE. */
const SQLSTATE = /^(?=.*\d)[0-9A-Z]{5}$/;

/** Said by pg or an `AnswerWatch` that got no answer: the only sign of a connection that leads nowhere. */
const SLOW_MESSAGES = /query read timeout/i;

interface DatabaseErrorParts {
  code?: unknown;
  driverError?: { code?: unknown };
  message?: unknown;
}

/** The SQLSTATE, or Node's code such as ECONNREFUSED, or an empty text. */
export function databaseErrorCode(error: unknown): string {
  const { code, driverError } = (error ?? {}) as DatabaseErrorParts;
  const found = code ?? driverError?.code;
  return typeof found === 'string' ? found : '';
}

/** An error without an SQLSTATE comes from the socket, the name service or the pool, so nobody answers. */
export function classifyDatabaseError(error: unknown): DatabaseErrorKind {
  const code = databaseErrorCode(error);
  if (SQLSTATE.test(code)) return SQLSTATES.find(([pattern]) => pattern.test(code))?.[1] ?? 'unexpected';
  if (error instanceof TypeError || error instanceof RangeError || error instanceof ReferenceError) return 'unexpected';
  return SLOW_MESSAGES.test(messageOf(error)) ? 'slow' : 'unavailable';
}

export function isDataError(error: unknown): boolean {
  return classifyDatabaseError(error) === 'data';
}

/** Kinds by which the server itself refuses, so that nothing of the statement stays. */
const REFUSALS: readonly DatabaseErrorKind[] = ['data', 'contended', 'read_only', 'denied'];

/** Whether a statement that failed with this error, as a transaction of its own, may have been committed. */
export function mayHaveCommitted(error: unknown): boolean {
  // An error of the library itself, such as JOBS_NO_CONNECTION: nothing was sent.
  if (error instanceof JobsError) return false;
  return !REFUSALS.includes(classifyDatabaseError(error));
}

/** Whether a value has a character that the database's encoding lacks. */
export function isUnencodable(error: unknown): boolean {
  return /^(22P05|22021)$/.test(databaseErrorCode(error));
}

interface ServerErrorParts {
  routine?: unknown;
  where?: unknown;
}

/** The server's functions for RAISE in PL/pgSQL and for policies: the same whatever language its messages are in. */
const HOSTS_RULES = new Set<unknown>(['exec_stmt_raise', 'ExecWithCheckOptions']);

/**
 * Whether a trigger, a function or a policy of the host refused the row, whatever SQLSTATE it chose. The server also names
 * a place for a lock that was not granted, for a disk that is full and for a standby. Those concern more than the row.
 */
export function isHostsRefusal(error: unknown): boolean {
  const { driverError } = (error ?? {}) as { driverError?: unknown };
  const { routine, where } = (driverError ?? error ?? {}) as ServerErrorParts;
  if (HOSTS_RULES.has(routine)) return true;
  return typeof where === 'string' && /^(denied|unexpected)$/.test(classifyDatabaseError(error));
}

/** Whether a row could not be written because an unfinished job has its unique key. */
export function isUniqueKeyTaken(error: unknown): boolean {
  const { driverError } = (error ?? {}) as { driverError?: unknown };
  const { constraint } = (driverError ?? error ?? {}) as { constraint?: unknown };
  return databaseErrorCode(error) === '23505' && constraint === 'jobs_unique';
}

/** Whether one row of a statement is at fault, so that the same statement without it could succeed. */
export function isRowsFault(error: unknown): boolean {
  return isHostsRefusal(error) || /^(data|unexpected)$/.test(classifyDatabaseError(error));
}

/** A statement did not change a row that it should have changed, such as because of a trigger of the host. */
export class SkippedChangeError extends Error {
  override readonly name = 'SkippedChangeError';
  /** The SQLSTATE of RAISE in a trigger. */
  readonly code = 'P0001';

  constructor() {
    super("The database left the job's row as it was: a trigger or a rule of the host's skips the change");
  }
}

/** SQLSTATEs of a server that serves nobody at the moment, whatever the statement. */
const NOBODY_SERVED = /^(08|53|57P0|25006)/;

/** Codes of Node for a connection that could not be made, or that broke. */
const BROKEN_LINE = /^(ECONN[A-Z]+|EHOST[A-Z]+|ENET[A-Z]+|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN)$/;

/** Errors of pg that have no code. */
const LOST_CONNECTION = /^connection terminated|timeout exceeded when trying to connect|is not queryable/i;

/**
 * Whether an error means that the database serves nobody at the moment: it is starting, stopping, read-only,
 * unreachable, or out of connections, memory or disk.
 *
 * For `DependencyHealth.call`, around work that uses only the database: errors of other services can look the same.
 */
export function isDatabaseDown(error: unknown): boolean {
  const code = databaseErrorCode(error);
  if (SQLSTATE.test(code)) return NOBODY_SERVED.test(code);
  return code === '' ? LOST_CONNECTION.test(messageOf(error)) : BROKEN_LINE.test(code);
}

/** Whether the server refused this statement because of its text or its values. */
export function isStatementRefused(error: unknown): boolean {
  const code = databaseErrorCode(error);
  return SQLSTATE.test(code) && !NOBODY_SERVED.test(code);
}

/** Whether the server cancelled the statement, by `statement_timeout` or on request. It has written nothing. */
export function isCancelled(error: unknown): boolean {
  return databaseErrorCode(error) === '57014';
}

/** Whether a lock was not granted in time, because another open transaction holds the row. */
export function isLockTimeout(error: unknown): boolean {
  return databaseErrorCode(error) === '55P03';
}

/** pg's message for a connection that it knows to be closed. */
const CLOSED_BEFORE = /is not queryable/;

/** The connection was closed while idle, such as by `idle_session_timeout`: the statement was never sent. */
export function isNeverBegun(error: unknown): boolean {
  const code = databaseErrorCode(error);
  return code === '57P05' || (code === '' && CLOSED_BEFORE.test(messageOf(error)));
}

const WHAT: Record<DatabaseErrorKind, string> = {
  data: 'The database refuses what a statement would write',
  contended: 'Another transaction is in the way of a statement',
  slow: 'The database answers too slowly',
  unavailable: 'The database does not answer',
  exhausted: 'The database has run out of connections, memory or disk',
  read_only: 'The database is read-only, such as a standby',
  denied: 'The database denies a statement: check the role, its grants and the migrations',
  unexpected: 'The database refuses a statement',
};

/** One line for the log. It has only the message, because the details of an error repeat the values of the row. */
export function describeDatabaseError(error: unknown): string {
  const code = databaseErrorCode(error);
  const message = redactSecrets(messageOf(error)).slice(0, MAX_MESSAGE_LENGTH);
  return `${WHAT[classifyDatabaseError(error)]}${code && ` (${code})`}: ${message}`;
}

function messageOf(error: unknown): string {
  if (error instanceof AggregateError && error.message === '')
    return error.errors.map((each: unknown) => messageOf(each)).join('; ');
  return error instanceof Error ? error.message : String(error);
}
