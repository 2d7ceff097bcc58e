/** The columns of the primary key, as the statement names them. */
export type KeyColumns = readonly [shard: string, id: string];

/**
 * The rows of a batch by their ids: `ids` is a query of one column `id`. Before
 * PostgreSQL 17 the planner may leave an array out of the conditions of an index that another column leads, and does so
 * wherever it believes that the shard alone leaves few rows. Ids begin with their time, so the range that they span is
 * narrow, and no plan leaves a range out: then the worst one reads the neighbours of the batch, and not the whole shard.
 * Never a range of whole keys, `(shard, id) >= (…)`: beside an array, PostgreSQL 17 finds rows by it that are not in the
 * array (docs/decisions/0003-claim.md).
 */
export function amongIds(key: KeyColumns, ids: string): string {
  return amongArray(key, `array(${ids})`, ids);
}

/** As `amongIds`, for ids that are a parameter. */
export function amongGiven(key: KeyColumns, parameter: string): string {
  return amongArray(key, `${parameter}::uuid[]`, `select id from unnest(${parameter}::uuid[]) as given (id)`);
}

function amongArray([shard, id]: KeyColumns, array: string, ids: string): string {
  return `${shard} = $1 and ${id} = any (${array})
      and ${id} >= (${ids} order by id limit 1)
      and ${id} <= (${ids} order by id desc limit 1)`;
}

/** As `amongIds`, without the range, for servers that go over the index by an array in any case: PostgreSQL 17 and newer. */
export function amongArrayOnly([shard, id]: KeyColumns, array: string): string {
  return `${shard} = $1 and ${id} = any (${array})`;
}
