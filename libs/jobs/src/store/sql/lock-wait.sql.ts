import { statement } from '../statement.js';

/** From here to the end of the transaction, a statement that has waited so long for a lock fails. Such as `50ms`. */
export const limitLockWait = statement<[lockTimeout: string], never>(
  'limit_lock_wait',
  `select set_config('lock_timeout', $1, true)`,
);
