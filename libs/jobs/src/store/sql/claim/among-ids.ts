/** The columns of the primary key, as the statement names them. */
export type KeyColumns = readonly [shard: string, id: string];

/**
 * SQL for the rows of a batch by their ids. `ids` is a query with one column `id`.
 *
 * Before PostgreSQL 17, a planner may leave an array out of the index conditions and read the whole shard. No plan
 * leaves a range out, so the ids are also bounded by the first and the last of them
 * (docs/decisions/0021-ids-as-an-array.md). The range never compares whole keys, `(shard, id) >= (…)`: beside an array,
 * PostgreSQL 17 then returns rows that are not in the array.
 */
export function amongIds(key: KeyColumns, ids: string): string {
  return amongArray(key, `array(${ids})`, ids);
}

/** As `amongIds`, for ids given as a parameter. */
export function amongGiven(key: KeyColumns, parameter: string): string {
  return amongArray(key, `${parameter}::uuid[]`, `select id from unnest(${parameter}::uuid[]) as given (id)`);
}

function amongArray([shard, id]: KeyColumns, array: string, ids: string): string {
  return `${shard} = $1 and ${id} = any (${array})
      and ${id} >= (${ids} order by id limit 1)
      and ${id} <= (${ids} order by id desc limit 1)`;
}

/** As `amongIds` without the range, for PostgreSQL 17 and later, where every plan uses the array in the index. */
export function amongArrayOnly([shard, id]: KeyColumns, array: string): string {
  return `${shard} = $1 and ${id} = any (${array})`;
}
