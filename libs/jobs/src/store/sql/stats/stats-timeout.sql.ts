import { statement } from '../../statement.js';

/** Limits each later statement of the transaction to `timeoutMs` milliseconds. */
export const limitStatementTime = statement<[timeoutMs: string], { set_config: string }>(
  'stats_timeout',
  `select set_config('statement_timeout', $1, true)`,
);
