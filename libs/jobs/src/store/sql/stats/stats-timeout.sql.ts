import { statement } from '../../statement.js';

/** Limits how long each later statement of the transaction may take, in milliseconds. */
export const limitStatementTime = statement<[timeoutMs: string], { set_config: string }>(
  'stats_timeout',
  `select set_config('statement_timeout', $1, true)`,
);
