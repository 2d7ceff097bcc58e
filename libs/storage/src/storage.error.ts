/**
 * - `STORAGE_UNAVAILABLE`: no answer or no byte in time, overload, or a full disk. A later attempt may succeed.
 * - `STORAGE_DENIED`: wrong credentials, bucket or region. Every object is affected until an operator corrects them.
 * - `STORAGE_REFUSED`: this request is refused and would be refused again.
 * - `STORAGE_TOO_SLOW`: bytes moved, but the transfer took too long.
 * - `STORAGE_BUSY`: too many downloads at once.
 * - `STORAGE_CLIENT_LEFT`: the client of the download has left.
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
  /** How to fix it. */
  fix: string;
  cause?: unknown;
}

/** A failure of the storage. HTTP answers have its code and its fix. */
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

/** Whether the storage as a whole cannot be used, so that all transfers would fail. */
export function isStorageDown(error: unknown): boolean {
  return error instanceof StorageError && (error.code === 'STORAGE_UNAVAILABLE' || error.code === 'STORAGE_DENIED');
}
