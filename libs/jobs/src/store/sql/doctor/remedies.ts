/** SQL for people to run by hand. Nothing here is sent by the library. Names and literals are quoted already. */

export const TURN_AUTOVACUUM_ON = 'alter system set autovacuum = on; select pg_reload_conf();';

export const resetAutovacuum = (table: string): string => `alter table ${table} reset (autovacuum_enabled);`;

export const vacuum = (table: string): string => `vacuum (verbose, analyze) ${table};`;

/** Jobs run meanwhile. */
export const rebuildIndex = (index: string): string => `reindex index concurrently ${index};`;

export const endSession = (pid: string): string => `select pg_terminate_backend(${pid});`;

export const endPrepared = (id: string): string => `commit prepared ${id}; -- or: rollback prepared ${id};`;

export const dropSlot = (name: string): string => `select pg_drop_replication_slot(${name});`;

export const callOf = (schema: string, name: string): string => `select ${schema}.${name}();`;
