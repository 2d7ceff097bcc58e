import { PermanentJobError } from '@monstera/jobs';

const MAX_KEY_LENGTH = 512;
/** Names start with a letter or digit, so none is `.`, `..` or hidden, and a key cannot leave the storage's folder. */
const KEY = /^[a-z0-9][\w.-]{0,199}(\/[a-z0-9][\w.-]{0,199})*$/i;

/** Throws `PermanentJobError` if `key` is not a valid path of names. */
export function requireStorageKey(key: string): void {
  if (key.length <= MAX_KEY_LENGTH && KEY.test(key)) return;
  throw new PermanentJobError(
    `STORAGE_INVALID_KEY: ${JSON.stringify(key.slice(0, 100))} is not a storage key.\n` +
      '  Use names of letters, digits, ".", "_" and "-", each starting with a letter or digit, with "/" between them.',
  );
}
