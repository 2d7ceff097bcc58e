import { groupBy } from '../job/group-by.js';
import { isDataError } from '../store/database-errors.js';
import type { EnqueuedJob } from './enqueue-options.js';
import type { PreparedJob } from './prepare-job.js';

interface Entry {
  job: PreparedJob;
  resolve: (enqueued: EnqueuedJob) => void;
  reject: (error: unknown) => void;
}

const MAX_BATCH = 1_000;

/**
 * Writes the jobs that concurrent callers enqueue outside a transaction together: those of one tick, and those that come
 * while an insert is on its way, are one statement and one commit. Each caller gets its own id or its own error.
 */
export class InsertBatch {
  private readonly waiting: Entry[] = [];
  private writing = false;

  constructor(private readonly insert: (jobs: readonly PreparedJob[]) => Promise<EnqueuedJob[]>) {}

  add(job: PreparedJob): Promise<EnqueuedJob> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ job, resolve, reject });
      if (this.writing) return;
      this.writing = true;
      // A microtask is late enough for all callers of this tick, and costs a lone caller no turn of the event loop.
      queueMicrotask(() => void this.writeAll());
    });
  }

  private async writeAll(): Promise<void> {
    while (this.waiting.length > 0) {
      const shards = groupBy(this.waiting.splice(0, MAX_BATCH), ({ job }) => job.shard);
      await Promise.all([...shards.values()].map((entries) => this.write(entries)));
    }
    this.writing = false;
  }

  private async write(entries: readonly Entry[]): Promise<void> {
    try {
      const enqueued = await this.insert(entries.map(({ job }) => job));
      entries.forEach(({ resolve }, index) => resolve(enqueued[index]!));
    } catch (error) {
      if (entries.length > 1 && isDataError(error)) for (const entry of entries) await this.write([entry]);
      else for (const { reject } of entries) reject(error);
    }
  }
}
