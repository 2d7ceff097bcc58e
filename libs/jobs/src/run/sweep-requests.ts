import type { JobStore } from '../store/control/job.store.js';

const BATCH = 1_000;
const BEFORE_ALL_IDS = '00000000-0000-0000-0000-000000000000';

/**
 * Acts on cancel requests that concern no held job: pending jobs are cancelled, and requests of finished jobs are
 * deleted. Several workers may do so at once.
 */
export async function sweepRequests(store: Pick<JobStore, 'cancelRequested'>, shards: number): Promise<void> {
  for (let shard = 0; shard < shards; shard++) {
    for (let afterId: string | null = BEFORE_ALL_IDS; afterId !== null;) {
      const page = await store.cancelRequested({ shard, afterId, limit: BATCH });
      afterId = page.looked < BATCH ? null : page.last_id;
    }
  }
}
