import type { SelectionEdge, SelectionQuery, SelectionStore } from '../../store/control/selection.store.js';
import type { SelectedRow } from '../../store/sql/selection/select-jobs.sql.js';
import { newestFirst } from './newest-first.js';

export interface SelectedJob extends SelectedRow {
  shard: number;
}

export interface SelectedPage {
  jobs: SelectedJob[];
  /** Behind which the next page goes on; null if this is the last. */
  next: SelectionEdge | null;
  /** True if the page ends where a statement had looked at as many jobs as it may. */
  capped: boolean;
}

/** The newest jobs of all shards that match, at most `limit`. */
export async function readPage(
  store: SelectionStore,
  query: SelectionQuery,
  limit: number,
  shards: number,
): Promise<SelectedPage> {
  const order = newestFirst(query.range === 'finished');
  const found: SelectedJob[] = [];
  for (let shard = 0; shard < shards; shard++)
    for (const row of await store.select(shard, query, limit + 1)) found.push({ ...row, shard });
  found.sort(order);
  const jobs = found.slice(0, limit);
  if (found.length > limit) return { jobs, next: jobs.at(-1)!, capped: false };
  const edge = await edgeOf(store, query, shards);
  if (!edge) return { jobs, next: null, capped: false };
  // What other shards have behind the edge belongs to the next page.
  const upToEdge = jobs.filter((job) => job.id === edge.id || order(job, edge) < 0);
  return { jobs: upToEdge, next: edge, capped: true };
}

/** The query of the jobs behind this one. */
export function queryBehind(query: SelectionQuery, { id, finished_at: finishedAt }: SelectionEdge): SelectionQuery {
  if (query.range === 'finished') return { ...query, before: finishedAt === null ? null : { id, finishedAt } };
  return { ...query, before: null, belowId: id < query.belowId ? id : query.belowId };
}

/** Of several shards the newest: behind it, each has been looked at only in part. */
async function edgeOf(store: SelectionStore, query: SelectionQuery, shards: number): Promise<SelectionEdge | null> {
  const edges: SelectionEdge[] = [];
  for (let shard = 0; shard < shards; shard++) {
    const edge = await store.edge(shard, query);
    if (edge) edges.push(edge);
  }
  return edges.sort(newestFirst(query.range === 'finished'))[0] ?? null;
}
