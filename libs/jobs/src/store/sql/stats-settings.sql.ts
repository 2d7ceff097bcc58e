import { statement } from '../statement.js';

/**
 * Holds a transaction's statistics to their promise of a flat cost: they stop at the timeout, and they walk an index in
 * its order up to a limit. Without this, the planner reads and sorts the whole table once it believes that a limit
 * covers a few per cent of it.
 */
export const useStatsSettings = statement<[timeoutMs: string], { set: string }>(
  'stats_settings',
  `
  select
    set_config('statement_timeout', $1, true),
    set_config('enable_seqscan', 'off', true),
    set_config('enable_bitmapscan', 'off', true)`,
);
