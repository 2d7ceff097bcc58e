import {
  countFinished,
  countFinishedByPayload,
  countGiven,
  countGivenByPayload,
  countNewest,
  countNewestByPayload,
  countRunning,
  countRunningByPayload,
  lastFinished,
  lastNewest,
  selectFinished,
  selectFinishedByPayload,
  selectGiven,
  selectGivenByPayload,
  selectNewest,
  selectNewestByPayload,
  selectRunning,
  selectRunningByPayload,
  selectionFilterParams,
  type SelectionFilter,
  type FinishedBeforeParams,
  type RangeParams,
  type SelectedRow,
  type SelectionRange,
  type SelectParams,
} from '../sql/selection/select-jobs.sql.js';
import type { Executor } from '../statement.js';

/** First without, then with a search in payloads. */
const SELECT = [
  { newest: selectNewest, running: selectRunning, finished: selectFinished, given: selectGiven },
  {
    newest: selectNewestByPayload,
    running: selectRunningByPayload,
    finished: selectFinishedByPayload,
    given: selectGivenByPayload,
  },
] as const;
const COUNT = [
  { newest: countNewest, running: countRunning, finished: countFinished, given: countGiven },
  {
    newest: countNewestByPayload,
    running: countRunningByPayload,
    finished: countFinishedByPayload,
    given: countGivenByPayload,
  },
] as const;

/** Where to look for jobs, and which. */
export interface SelectionQuery {
  range: SelectionRange;
  belowId: string;
  fromId: string;
  /** How many jobs to look at. */
  look: number;
  /** Of finished jobs, those that finished before this one. */
  before: { finishedAt: string; id: string } | null;
  /** The jobs to look at, for the range `given`. */
  ids: readonly string[] | null;
  filter: SelectionFilter;
}

/** A job by which a later look goes on. */
export interface SelectionEdge {
  id: string;
  finished_at: string | null;
}

/**
 * The jobs that match a filter, shard by shard.
 *
 * Reads `jobs`.
 */
export class SelectionStore {
  constructor(private readonly executor: Executor) {}

  select(shard: number, query: SelectionQuery, take: number): Promise<SelectedRow[]> {
    const { range, before, ids } = query;
    const statements = SELECT[hasPayload(query)];
    const params = paramsOf(shard, query, take);
    if (range === 'finished') return this.executor.run(statements.finished, [...params, ...beforeParams(before)]);
    if (range === 'given') return this.executor.run(statements.given, [...params, ids ?? []]);
    return this.executor.run(statements[range], params);
  }

  async count(shard: number, query: SelectionQuery, take: number): Promise<number> {
    return (await this.countRows(shard, query, take))[0]!.jobs;
  }

  /** The last job that a look of this query reaches; null if it reaches all of them. */
  async edge(shard: number, { range, belowId, fromId, look, before }: SelectionQuery): Promise<SelectionEdge | null> {
    if (range === 'running' || range === 'given') return null;
    const params: RangeParams = [shard, belowId, fromId, look];
    const rows =
      range === 'newest'
        ? await this.executor.run(lastNewest, params)
        : await this.executor.run(lastFinished, [...params, ...beforeParams(before)]);
    return rows[0] ?? null;
  }

  private countRows(shard: number, query: SelectionQuery, take: number): Promise<{ jobs: number }[]> {
    const { range, before, ids } = query;
    const statements = COUNT[hasPayload(query)];
    const params = paramsOf(shard, query, take);
    if (range === 'finished') return this.executor.run(statements.finished, [...params, ...beforeParams(before)]);
    if (range === 'given') return this.executor.run(statements.given, [...params, ids ?? []]);
    return this.executor.run(statements[range], params);
  }
}

function hasPayload({ filter }: SelectionQuery): 0 | 1 {
  return filter.payload === null ? 0 : 1;
}

function paramsOf(shard: number, { belowId, fromId, look, filter }: SelectionQuery, take: number): SelectParams {
  return [shard, belowId, fromId, look, ...selectionFilterParams(filter), take];
}

function beforeParams(before: SelectionQuery['before']): FinishedBeforeParams {
  return [before?.finishedAt ?? null, before?.id ?? null];
}
