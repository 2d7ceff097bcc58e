import {
  classifyDatabaseError,
  databaseErrorCode,
  isHostsRefusal,
  isLockTimeout,
} from '../store/connection/database-errors.js';

/**
 * What becomes of outcomes that a statement could not write:
 * - `again`: the same statement, after a pause.
 * - `halves`: one of them is to blame. Two statements, until it is alone.
 * - `aside`: there may have been too many of them. Two statements, while other outcomes go on.
 * - `alone`: its row is locked, refused or slow. It waits by itself, while other outcomes go on.
 * - `fail`: it cannot be stored, so the job fails. A refusal is waited for first, because it may be lifted.
 * - `give up`: there is no time left. The rescue takes the jobs back.
 */
export type AfterWriteError = 'again' | 'halves' | 'aside' | 'alone' | 'fail' | 'give up';

export interface FailedWrite {
  outcomes: number;
  /** How long the statement took to fail, in milliseconds. */
  tookMs: number;
  /** How often the same statement had failed before. */
  triesBefore: number;
  mayWrite: boolean;
}

/** A line that breaks after this has carried the statement, and the statement may have been what was too much for it. */
const LONG_MS = 5_000;
/** So many times the same statement is tried while nobody answers: a server that it brings down answers nobody either. */
const MAX_SAME_TRIES = 4;
/** About five seconds, as an outcome that waits alone is tried. */
const MAX_REFUSALS = 7;
const OUT_OF_MEMORY = '53200';

export function afterWriteError(error: unknown, write: FailedWrite): AfterWriteError {
  const { outcomes, mayWrite } = write;
  const kind = classifyDatabaseError(error);
  if (!mayWrite) return 'give up';
  if (kind === 'data') return outcomes > 1 ? 'halves' : 'fail';
  if (concernsItsRow(error) && outcomes > 1) return 'halves';
  if (concernsItsRow(error)) return isLockTimeout(error) || write.triesBefore < MAX_REFUSALS ? 'alone' : 'fail';
  if (mayBeTooMuch(error, write)) return outcomes > 1 ? 'aside' : 'alone';
  return outcomes > 1 && isTriedInVain(error, write) ? 'aside' : 'again';
}

/** The row is locked, or a trigger of the host's refuses it. */
export function concernsItsRow(error: unknown): boolean {
  return isLockTimeout(error) || isHostsRefusal(error) || classifyDatabaseError(error) === 'unexpected';
}

/** Whether a statement that writes less might have done better. */
export function mayBeTooMuch(error: unknown, { tookMs }: Pick<FailedWrite, 'tookMs'>): boolean {
  const kind = classifyDatabaseError(error);
  if (kind === 'unavailable') return tookMs >= LONG_MS;
  return kind === 'slow' || databaseErrorCode(error) === OUT_OF_MEMORY;
}

function isTriedInVain(error: unknown, { triesBefore }: FailedWrite): boolean {
  const kind = classifyDatabaseError(error);
  return triesBefore >= MAX_SAME_TRIES && (kind === 'unavailable' || kind === 'exhausted');
}
