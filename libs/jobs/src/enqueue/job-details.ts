import { Inject, Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Operations } from '../control/operations.js';
import { shardOf } from '../job/job-id.js';
import type { JobView } from '../job/job.js';
import { requireKnownOptions } from '../job/validate/known-options.js';
import { JOBS_OPTIONS, type JobsOptions } from '../jobs.options.js';
import { JobStore } from '../store/control/job.store.js';
import { toJobView } from './job-view.js';

/** A job, with its payload and its result as the texts that are stored. */
export interface ExactJobView extends JobView {
  /** JSON. Its numbers have all their digits. */
  payloadText: string;
  /** JSON; null without a result. */
  resultText: string | null;
}

/** Shows jobs digit by digit: `JSON.parse` rounds whole numbers beyond 2^53. */
@Injectable()
export class JobDetails {
  constructor(
    private readonly operations: Operations,
    @Inject(JOBS_OPTIONS) private readonly options: JobsOptions,
  ) {}

  /**
   * As `JobService.get`, with the texts of the payload and the result. Throws `InvalidJobOptionError` if `id` is not a
   * UUID, and `JobsError` JOBS_QUERY_TOO_SLOW after two seconds.
   */
  async get(id: string, given: { manager?: EntityManager | null } = {}): Promise<ExactJobView | null> {
    requireKnownOptions('', given, ['manager']);
    const shard = shardOf(id, this.options.shards);
    const row = await this.operations.read(given.manager, (executor) => new JobStore(executor).get(shard, id));
    return row && { ...toJobView(row), payloadText: row.payload, resultText: row.result };
  }
}
