import { JobsError } from '../../job/job.errors.js';
import { redactSecrets } from '../../job/text/redact-secrets.js';

const MAX_MESSAGE_LENGTH = 500;

/**
 * Every way in which the database may refuse, and what it means for the statement:
 * - `data`: what it wants to write is at fault; trying again cannot help.
 * - `contended`: somebody else held a row or was in the way; another try will do, and nobody need hear of it.
 * - `slow`: it was broken off or not answered in time; another try, later, so that overload does not grow.
 * - `unavailable`: nobody answers there at the moment, or the line broke.
 * - `exhausted`: no connections, memory or disk are left.
 * - `read_only`: a standby, or a primary that was one; another connection may lead to the new primary.
 * - `denied`: the role, its grants or the schema are not what they must be; an operator has to act.
 * - `unexpected`: anything else the server says.
 */
export type DatabaseErrorKind =
  'data' | 'contended' | 'slow' | 'unavailable' | 'exhausted' | 'read_only' | 'denied' | 'unexpected';

/** By SQLSTATE; the first that matches decides. */
const SQLSTATES: readonly [RegExp, DatabaseErrorKind][] = [
  // 54: a key too long for an index, a document nested too deep.
  [/^(22|23|54)/, 'data'],
  [/^(40001|40P01|40003|55P03|55006)$/, 'contended'],
  [/^(57014|25P03|25P04)$/, 'slow'],
  [/^(08|57P0)/, 'unavailable'],
  [/^(53|58)/, 'exhausted'],
  [/^25006$/, 'read_only'],
  [/^(42501|28|3D000|3F000|42P01|42703|42883)/, 'denied'],
];

/** Unlike Node's codes, such as EPIPE, it has a digit. */
const SQLSTATE = /^(?=.*\d)[0-9A-Z]{5}$/;

/** pg itself or an `AnswerWatch` gave up waiting for the answer: on a line that leads nowhere, this is all that shows. */
const SLOW_MESSAGES = /query read timeout/i;

interface DatabaseErrorParts {
  code?: unknown;
  driverError?: { code?: unknown };
  message?: unknown;
}

/** SQLSTATE, or Node's code such as ECONNREFUSED, or an empty text. */
export function databaseErrorCode(error: unknown): string {
  const { code, driverError } = (error ?? {}) as DatabaseErrorParts;
  const found = code ?? driverError?.code;
  return typeof found === 'string' ? found : '';
}

/** Errors without an SQLSTATE come from the socket, the name service or the pool: nobody answers. */
export function classifyDatabaseError(error: unknown): DatabaseErrorKind {
  const code = databaseErrorCode(error);
  if (SQLSTATE.test(code)) return SQLSTATES.find(([pattern]) => pattern.test(code))?.[1] ?? 'unexpected';
  if (error instanceof TypeError || error instanceof RangeError || error instanceof ReferenceError) return 'unexpected';
  return SLOW_MESSAGES.test(messageOf(error)) ? 'slow' : 'unavailable';
}

export function isDataError(error: unknown): boolean {
  return classifyDatabaseError(error) === 'data';
}

/** Kinds in which the server says no by itself: nothing of the statement stays. */
const REFUSALS: readonly DatabaseErrorKind[] = ['data', 'contended', 'read_only', 'denied'];

/** Whether a statement that failed like this, a transaction of its own, may have been committed although nobody said so. */
export function mayHaveCommitted(error: unknown): boolean {
  // The library's own, such as that there is no connection: nothing was sent.
  if (error instanceof JobsError) return false;
  return !REFUSALS.includes(classifyDatabaseError(error));
}

/** A character that the database's encoding lacks. */
export function isUnencodable(error: unknown): boolean {
  return /^(22P05|22021)$/.test(databaseErrorCode(error));
}

interface ServerErrorParts {
  routine?: unknown;
  where?: unknown;
}

/** What PL/pgSQL's RAISE and a policy's check are called inside the server, whatever language its messages are in. */
const HOSTS_RULES = new Set<unknown>(['exec_stmt_raise', 'ExecWithCheckOptions']);

/**
 * Whether a trigger, a function or a policy of the host's refused the row, whatever SQLSTATE it chose. For a lock that was
 * not granted the server names a place too, but not for the reasons below.
 */
export function isHostsRefusal(error: unknown): boolean {
  const { driverError } = (error ?? {}) as { driverError?: unknown };
  const { routine, where } = (driverError ?? error ?? {}) as ServerErrorParts;
  if (HOSTS_RULES.has(routine)) return true;
  return typeof where === 'string' && /^(denied|exhausted|read_only|unexpected)$/.test(classifyDatabaseError(error));
}

/** A statement that should have changed a row left it as it was, as where a trigger of the host's skips the change. */
export class SkippedChangeError extends Error {
  override readonly name = 'SkippedChangeError';
  /** SQLSTATE of what a trigger raises. */
  readonly code = 'P0001';

  constructor() {
    super("The database left the job's row as it was: a trigger or a rule of the host's skips the change");
  }
}

/** SQLSTATEs of a server that cannot serve anybody at the moment, whatever the statement. */
const NOBODY_SERVED = /^(08|53|57P0|25006)/;

/** Codes of Node for a line that could not be made or broke. */
const BROKEN_LINE = /^(ECONN[A-Z]+|EHOST[A-Z]+|ENET[A-Z]+|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN)$/;

/** What pg says without a code. */
const LOST_CONNECTION = /^connection terminated|timeout exceeded when trying to connect|is not queryable/i;

/**
 * Whether work with the database failed because the database serves nobody at the moment: a connection refused or
 * broken, a server that starts or stops, a standby, no connections, memory or disk left. For `DependencyHealth.call`,
 * around work that talks to the database alone: errors of other services look the same.
 */
export function isDatabaseDown(error: unknown): boolean {
  const code = databaseErrorCode(error);
  if (SQLSTATE.test(code)) return NOBODY_SERVED.test(code);
  return code === '' ? LOST_CONNECTION.test(messageOf(error)) : BROKEN_LINE.test(code);
}

/** Whether the server has refused this very statement, because of what it says or of what it would write. */
export function isStatementRefused(error: unknown): boolean {
  const code = databaseErrorCode(error);
  return SQLSTATE.test(code) && !NOBODY_SERVED.test(code);
}

/** Broken off by the server, which has written nothing: by a statement_timeout or because somebody asked for it. */
export function isCancelled(error: unknown): boolean {
  return databaseErrorCode(error) === '57014';
}

/** Lock not granted in time: somebody's open transaction holds the row. */
export function isLockTimeout(error: unknown): boolean {
  return databaseErrorCode(error) === '55P03';
}

/** What pg says of a connection that it knows to be closed. */
const CLOSED_BEFORE = /is not queryable/;

/** Not even begun: the connection had been closed while it was idle, by the server's idle_session_timeout or on its way. */
export function isNeverBegun(error: unknown): boolean {
  const code = databaseErrorCode(error);
  return code === '57P05' || (code === '' && CLOSED_BEFORE.test(messageOf(error)));
}

const WHAT: Record<DatabaseErrorKind, string> = {
  data: 'The database refuses what a statement would write',
  contended: 'Others hold what a statement needs',
  slow: 'The database answers too slowly',
  unavailable: 'The database does not answer',
  exhausted: 'The database has run out of connections, memory or disk',
  read_only: 'The database is read-only, such as a standby',
  denied: 'The database denies a statement: look at the role, its grants and the migrations',
  unexpected: 'The database refuses a statement',
};

/** One line for the log. Only the message: details of an error repeat the values of the row. */
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
