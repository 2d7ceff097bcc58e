/**
 * - `STORAGE_UNAVAILABLE`: no answer, no byte in time, overloaded, disk full. Passes, or is mended, outside of the call.
 * - `STORAGE_DENIED`: wrong credentials, bucket or region. The same for every object until somebody mends it.
 * - `STORAGE_REFUSED`: what was asked for is refused, and would be again.
 * - `STORAGE_TOO_SLOW`: bytes moved, but not all of them within the time for a whole transfer.
 * - `STORAGE_BUSY`: too many downloads at once.
 * - `STORAGE_CLIENT_LEFT`: nobody waits for the download.
 */
export type StorageErrorCode =
  | 'STORAGE_UNAVAILABLE'
  | 'STORAGE_DENIED'
  | 'STORAGE_REFUSED'
  | 'STORAGE_TOO_SLOW'
  | 'STORAGE_BUSY'
  | 'STORAGE_CLIENT_LEFT';

export interface StorageErrorParts {
  /** What happened, in one sentence. */
  what: string;
  /** How to mend it. */
  fix: string;
  cause?: unknown;
}

/** Every failure of the storage. Over HTTP it is answered with its code and how to mend it. */
export class StorageError extends Error {
  override readonly name = 'StorageError';
  readonly fix: string;

  constructor(
    readonly code: StorageErrorCode,
    { what, fix, cause }: StorageErrorParts,
  ) {
    super(`${code}: ${what}\n  ${fix}`, { cause });
    this.fix = fix;
  }
}

/** Whether the storage as a whole cannot be used, so that other transfers would fail as well. */
export function isStorageDown(error: unknown): boolean {
  return error instanceof StorageError && (error.code === 'STORAGE_UNAVAILABLE' || error.code === 'STORAGE_DENIED');
}
