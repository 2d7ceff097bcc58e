import type { JobCounts } from '../observe/stats/job-counts.js';
import type { JobRepository } from '../observe/stats/job.repository.js';
import type { PausedType } from './verdict.js';

/** These paused types with the counts of `JobRepository`. Without any, nothing is counted. */
export async function countPaused(
  types: readonly string[],
  repository: Pick<JobRepository, 'countPendingByType'>,
): Promise<PausedType[]> {
  return types.length === 0 ? [] : withCounts(types, await repository.countPendingByType());
}

function withCounts(types: readonly string[], { counts, capped }: JobCounts): PausedType[] {
  const pending = new Map(counts.map(({ type, count }) => [type, count]));
  return types.map((type) => ({ type, pending: pending.get(type) ?? 0, pendingCapped: capped }));
}
