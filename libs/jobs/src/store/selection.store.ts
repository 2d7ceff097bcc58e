import {
  countFinished,
  countFinishedByPayload,
  countNewest,
  countNewestByPayload,
  countRunning,
  countRunningByPayload,
  lastFinished,
  lastNewest,
  selectFinished,
  selectFinishedByPayload,
  selectNewest,
  selectNewestByPayload,
  selectRunning,
  selectRunningByPayload,
  type FilterParams,
  type FinishedBeforeParams,
  type RangeParams,
  type SelectedRow,
  type SelectionRange,
  type SelectParams,
} from './sql/control/select-jobs.sql.js';
import type { Executor } from './statement.js';

const SELECT = { newest: selectNewest, running: selectRunning, finished: selectFinished };
const SELECT_BY_PAYLOAD = {
  newest: selectNewestByPayload,
  running: selectRunningByPayload,
  finished: selectFinishedByPayload,
};
const COUNT = { newest: countNewest, running: countRunning, finished: countFinished };
const COUNT_BY_PAYLOAD = {
  newest: countNewestByPayload,
  running: countRunningByPayload,
  finished: countFinishedByPayload,
};

/** Where to look for jobs, and which. */
export interface SelectionQuery {
  range: SelectionRange;
  belowId: string;
  fromId: string;
  /** How many jobs to look at. */
  look: number;
  /** Of finished jobs, those that finished before this one. */
  before: { finishedAt: string; id: string } | null;
  filter: FilterParams;
}

/** A job by which a later look goes on. */
export interface SelectionEdge {
  id: string;
  finished_at: string | null;
}

/** Reads the jobs that match a filter, shard by shard. */
export class SelectionStore {
  constructor(private readonly executor: Executor) {}

  select(shard: number, query: SelectionQuery, take: number): Promise<SelectedRow[]> {
    return this.executor.run(
      (hasPayload(query) ? SELECT_BY_PAYLOAD : SELECT)[query.range],
      paramsOf(shard, query, take),
    );
  }

  async count(shard: number, query: SelectionQuery, take: number): Promise<number> {
    const [row] = await this.executor.run(
      (hasPayload(query) ? COUNT_BY_PAYLOAD : COUNT)[query.range],
      paramsOf(shard, query, take),
    );
    return row!.jobs;
  }

  /** The last job that a look of this query reaches; null if it reaches all of them. */
  async edge(shard: number, { range, belowId, fromId, look, before }: SelectionQuery): Promise<SelectionEdge | null> {
    if (range === 'running') return null;
    const params: RangeParams = [shard, belowId, fromId, look];
    const rows =
      range === 'newest'
        ? await this.executor.run(lastNewest, params)
        : await this.executor.run(lastFinished, [...params, ...beforeParams(before)]);
    return rows[0] ?? null;
  }
}

function hasPayload({ filter }: SelectionQuery): boolean {
  return filter[7] !== null;
}

function paramsOf(shard: number, query: SelectionQuery, take: number): SelectParams {
  const { range, belowId, fromId, look, filter, before } = query;
  return [
    shard,
    belowId,
    fromId,
    look,
    ...filter,
    take,
    ...(range === 'finished' ? beforeParams(before) : []),
  ] as SelectParams;
}

function beforeParams(before: SelectionQuery['before']): FinishedBeforeParams {
  return [before?.finishedAt ?? null, before?.id ?? null];
}
