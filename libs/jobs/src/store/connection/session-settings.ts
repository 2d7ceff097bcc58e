export interface SessionLimits {
  /** The server ends a statement after this, in milliseconds. Default 0: never. */
  statementMs?: number;
  /** A statement fails after waiting this long for a lock, in milliseconds. Default 0: never. */
  lockMs?: number;
  /** Settings of the planner, as startup options. */
  planner?: string;
}

/**
 * The worker's statements name jobs by arrays of ids and join them by hash, even on tables without statistics
 * (docs/decisions/0021-ids-as-an-array.md). Each statement is planned once per connection. The costs make an index step
 * cheap beside reading a row in vain, for planners before PostgreSQL 17. A pooler accepts no startup options, so there
 * the planner decides.
 */
export const PLANNER_OPTIONS = [
  '-c enable_nestloop=off -c enable_mergejoin=off -c plan_cache_mode=force_generic_plan -c jit=off',
  '-c enable_hashjoin=on -c enable_indexscan=on -c random_page_cost=0.1 -c cpu_tuple_cost=1',
].join(' ');

/**
 * What the statements rely on, whatever the server, the database or the role prefers. Times of claims are texts that
 * sort. Each statement is a transaction of its own that sees all earlier commits. A connection stays open between two
 * renewals of the lease.
 */
const ALWAYS = [
  '-c default_transaction_isolation=read\\ committed -c DateStyle=ISO -c IntervalStyle=postgres -c TimeZone=UTC',
  '-c idle_session_timeout=0 -c idle_in_transaction_session_timeout=0',
].join(' ');

/** Startup options with the settings that the library's statements need. */
export function pinnedSettings({ statementMs = 0, lockMs = 0, planner }: SessionLimits): string {
  return [planner, ALWAYS, `-c statement_timeout=${statementMs} -c lock_timeout=${lockMs}`].filter(Boolean).join(' ');
}
