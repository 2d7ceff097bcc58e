/**
 * Always true; makes the statement that it stands in wait for a row's lock for 250 ms at most.
 * Behind a pooler only: other connections have that setting from their start on. Evaluated once, before any row is read.
 */
export const LOCK_PATIENCE = `and (select set_config('lock_timeout', '250ms', true)) is not null`;
