import { Inject, Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import { register, type Registry } from 'prom-client';
import { JobEventBus } from '../job/job-event-bus.js';
import type { JobEvent } from '../job/job-events.js';
import { WorkerStatus } from '../job/worker-status.js';
import { JOBS_OPTIONS, type JobsOptions } from '../jobs.options.js';
import { databaseErrorCode } from '../store/database-errors.js';
import { JobRepository, type QueueSample } from '../store/job.repository.js';
import { BoundedLabels } from './bounded-labels.js';
import { CachedSample } from './cached-sample.js';
import { sourcesOf, type MetricSource } from './metric-registry.js';
import { registerQueueMetrics } from './queue-metrics.js';
import { RunCounts, runCountsOf } from './run-counts.js';
import { registerRunMetrics } from './run-metrics.js';
import { registerWorkerMetrics } from './worker-metrics.js';

const SAMPLE_EVERY_MS = 10_000;
const SAMPLE_PATIENCE_MS = 3_000;

/**
 * Metrics on `options.metricsRegistry`. Runs are counted as they end; what needs the database is read when somebody
 * scrapes, at most every ten seconds.
 */
@Injectable()
export class JobMetrics implements MetricSource, OnApplicationShutdown {
  readonly registry: Registry;
  readonly version: string;
  private readonly types = new BoundedLabels();
  private readonly stats: CachedSample<QueueSample>;
  private readonly runs: Map<string, RunCounts>;

  constructor(
    @Inject(JOBS_OPTIONS) options: JobsOptions,
    readonly status: WorkerStatus,
    repository: JobRepository,
    bus: JobEventBus,
  ) {
    const registry = options.metricsRegistry ?? register;
    this.registry = registry;
    this.version = options.version;
    this.stats = new CachedSample({
      read: () => repository.sample(),
      maxAgeMs: SAMPLE_EVERY_MS,
      patienceMs: SAMPLE_PATIENCE_MS,
      onFailing: reportFailing,
    });
    this.runs = runCountsOf(registry);
    registerRunMetrics(registry);
    registerWorkerMetrics(registry);
    registerQueueMetrics(registry);
    sourcesOf(registry).add(this);
    bus.subscribe((event) => this.record(event));
  }

  sample(): Promise<QueueSample | null> {
    return this.stats.get();
  }

  onApplicationShutdown(): void {
    sourcesOf(this.registry).delete(this);
  }

  private record(event: JobEvent): void {
    const label = this.types.label(event.type);
    let counts = this.runs.get(label);
    if (!counts) this.runs.set(label, (counts = new RunCounts()));
    counts.record(event);
  }
}

function reportFailing(error: unknown): void {
  const reason = databaseErrorCode(error) || (error instanceof Error ? error.message : String(error));
  new Logger('Jobs').warn(`Job statistics cannot be read (${reason}); their metrics are absent until they can`);
}
