import {
  classifyDatabaseError,
  databaseErrorCode,
  isHostsRefusal,
  isLockTimeout,
} from '../store/connection/database-errors.js';

/**
 * What to do with outcomes that a statement could not write:
 * - `again`: send the same statement after a pause.
 * - `halves`: one outcome is the cause. Write two halves, until it is alone.
 * - `aside`: the batch may have been too large. Write its halves while later outcomes go on.
 * - `alone`: the row is locked, refused or slow. The outcome waits by itself while later outcomes go on.
 * - `fail`: the outcome cannot be stored, so the job fails. A refusal is tried several times first, because it may be
 * lifted.
 * - `give up`: there is no time left. The rescue takes the jobs back.
 */
export type AfterWriteError = 'again' | 'halves' | 'aside' | 'alone' | 'fail' | 'give up';

export interface FailedWrite {
  outcomes: number;
  /** How long the statement took to fail, in milliseconds. */
  tookMs: number;
  /** How often this statement had failed before. */
  triesBefore: number;
  mayWrite: boolean;
}

/** If a connection breaks later than this, the statement may have been too large for it. */
const LONG_MS = 5_000;
/** How often the same batch is tried without an answer. The batch may be what brings the server down. */
const MAX_SAME_TRIES = 4;
/** About five seconds, at the pauses of an outcome that waits alone. */
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

/** Whether the row is locked, or a trigger of the host refuses the write. */
export function concernsItsRow(error: unknown): boolean {
  return isLockTimeout(error) || isHostsRefusal(error) || classifyDatabaseError(error) === 'unexpected';
}

/** Whether a smaller statement might have succeeded. */
export function mayBeTooMuch(error: unknown, { tookMs }: Pick<FailedWrite, 'tookMs'>): boolean {
  const kind = classifyDatabaseError(error);
  if (kind === 'unavailable') return tookMs >= LONG_MS;
  return kind === 'slow' || databaseErrorCode(error) === OUT_OF_MEMORY;
}

function isTriedInVain(error: unknown, { triesBefore }: FailedWrite): boolean {
  const kind = classifyDatabaseError(error);
  return triesBefore >= MAX_SAME_TRIES && (kind === 'unavailable' || kind === 'exhausted');
}
