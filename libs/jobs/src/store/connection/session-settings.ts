export interface SessionLimits {
  /** Milliseconds; default 0, never. */
  statementMs?: number;
  /** Milliseconds; default 0, never. */
  lockMs?: number;
  planner?: string;
}

/**
 * The worker's statements find their rows by arrays of keys and join them by hash, whatever the planner believes about a
 * table that it has no statistics of (docs/decisions/0003-claim.md). One plan each, made once per connection. The costs say
 * that a step down an index is cheap beside a row read in vain, for the planners before 17. A pooler accepts no startup
 * parameters; there the planner decides.
 */
export const PLANNER_OPTIONS = [
  '-c enable_nestloop=off -c enable_mergejoin=off -c plan_cache_mode=force_generic_plan -c jit=off',
  '-c enable_hashjoin=on -c enable_indexscan=on -c random_page_cost=0.1 -c cpu_tuple_cost=1',
].join(' ');

/**
 * What the statements rely on, whatever the server, the database or the role prefers. Times of claims are texts that sort
 * as the times do; each statement is a transaction of its own that sees what others have committed; and a connection that
 * is quiet between two renewals of the lease stays open.
 */
const ALWAYS = [
  '-c default_transaction_isolation=read\\ committed -c DateStyle=ISO -c IntervalStyle=postgres -c TimeZone=UTC',
  '-c idle_session_timeout=0 -c idle_in_transaction_session_timeout=0',
].join(' ');

/** Startup options for PostgreSQL that give a session the settings that the library's statements are written for. */
export function pinnedSettings({ statementMs = 0, lockMs = 0, planner }: SessionLimits): string {
  return [planner, ALWAYS, `-c statement_timeout=${statementMs} -c lock_timeout=${lockMs}`].filter(Boolean).join(' ');
}
