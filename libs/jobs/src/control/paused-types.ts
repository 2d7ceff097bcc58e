import type { JobCounts } from '../observe/stats/job-counts.js';
import type { JobRepository } from '../observe/stats/job.repository.js';
import { TypeStore } from '../store/type.store.js';
import type { Operations } from './operations.js';
import type { PausedType } from './verdict.js';

/** The paused types, at most 1,000, with the counts of `JobRepository`. Without any, nothing is counted. */
export async function pausedTypes(
  operations: Pick<Operations, 'read'>,
  repository: Pick<JobRepository, 'countPendingByType'>,
): Promise<PausedType[]> {
  const rows = await operations.read(null, (executor) => new TypeStore(executor).paused());
  if (rows.length === 0) return [];
  return withCounts(
    rows.map(({ type }) => type),
    await repository.countPendingByType(),
  );
}

function withCounts(types: readonly string[], { counts, capped }: JobCounts): PausedType[] {
  const pending = new Map(counts.map(({ type, count }) => [type, count]));
  return types.map((type) => ({ type, pending: pending.get(type) ?? 0, pendingCapped: capped }));
}
