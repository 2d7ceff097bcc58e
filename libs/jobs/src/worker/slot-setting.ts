import { Inject, Injectable } from '@nestjs/common';
import type { DataSource } from 'typeorm';
import { JobsConfigurationError } from '../job/job.errors.js';
import { requireInteger } from '../job/validate/option-checks.js';
import { JOBS_DATA_SOURCE, JOBS_OPTIONS, type JobsOptions } from '../jobs.options.js';
import { ProcessorExplorer } from '../handle/processor.explorer.js';
import { hostPoolSize } from '../store/connection/executors.js';
import { report } from '../report/report.js';

/** Connections for upkeep and for calls from outside of handlers. */
const SPARE_CONNECTIONS = 2;

/** How many jobs run at once in this process: the last value set, before or after the worker has started. */
@Injectable()
export class SlotSetting {
  private wanted: number;

  constructor(
    @Inject(JOBS_DATA_SOURCE) private readonly dataSource: DataSource,
    @Inject(JOBS_OPTIONS) private readonly options: Pick<JobsOptions, 'concurrency' | 'role'>,
    private readonly explorer: ProcessorExplorer,
  ) {
    this.wanted = options.concurrency;
  }

  /** Why this process runs no jobs. Null if it does. */
  get whyIdle(): string | null {
    if (this.options.role === 'producer') return 'it is a producer';
    return this.explorer.foundAny ? null : 'it has no processors';
  }

  /** 0 if this process runs no jobs. */
  get slots(): number {
    return this.whyIdle === null ? this.wanted : 0;
  }

  /** The most slots that an operator can set: what the host's pool is enough for. Null if its size is not known. */
  get maxSlots(): number | null {
    const max = hostPoolSize(this.dataSource);
    return max === undefined ? null : Math.max(max - SPARE_CONNECTIONS, this.options.concurrency);
  }

  /** Throws `InvalidJobOptionError`, and `JobsConfigurationError` if this process runs no jobs. */
  set(slots: number): void {
    requireInteger('concurrency', slots, 1, 1_000);
    const { whyIdle } = this;
    if (whyIdle !== null) throw noWorker(whyIdle);
    this.wanted = slots;
  }

  /** Logs a warning if the host's pool is too small for this many handlers. */
  checkPool(): void {
    const max = hostPoolSize(this.dataSource);
    if (max === undefined || max >= this.wanted + SPARE_CONNECTIONS) return;
    report('pool_small', { max, slots: this.wanted, spare: SPARE_CONNECTIONS });
  }
}

function noWorker(whyIdle: string): JobsConfigurationError {
  return new JobsConfigurationError({
    code: 'JOBS_NO_WORKER',
    what: `The concurrency of this process cannot be set: ${whyIdle}.`,
    fix: 'Call setConcurrency() only where jobs run: with role "all" or "worker" and a provider with @ProcessesJob.',
  });
}
