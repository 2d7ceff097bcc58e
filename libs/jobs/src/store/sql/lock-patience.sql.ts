/**
 * A condition that is always true and limits the statement's waits for locks to 250 ms. Only used behind a pooler:
 * other connections have that limit from the start. PostgreSQL evaluates it once, before it reads a row.
 */
export const LOCK_PATIENCE = `and (select set_config('lock_timeout', '250ms', true)) is not null`;
