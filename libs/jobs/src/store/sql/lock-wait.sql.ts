import { statement } from '../statement.js';

/** Limits how long each later statement of the transaction may wait for a lock, such as `50ms`, before it fails. */
export const limitLockWait = statement<[lockTimeout: string], never>(
  'limit_lock_wait',
  `select set_config('lock_timeout', $1, true)`,
);
