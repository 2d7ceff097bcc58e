import { Inject, Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import { register, type Counter, type Histogram, type Registry } from 'prom-client';
import { JobEventBus } from '../job/job-event-bus.js';
import type { JobEvent } from '../job/job-events.js';
import { WorkerStatus } from '../job/worker-status.js';
import { JOBS_OPTIONS, type JobsOptions } from '../jobs.options.js';
import { databaseErrorCode } from '../store/database-errors.js';
import { JobRepository, type QueueSample } from '../store/job.repository.js';
import { BoundedLabels } from './bounded-labels.js';
import { CachedSample } from './cached-sample.js';
import { counter, histogram, sourcesOf, type MetricSource } from './metric-registry.js';
import { registerQueueMetrics } from './queue-metrics.js';
import { registerWorkerMetrics } from './worker-metrics.js';

const SAMPLE_EVERY_MS = 10_000;
const SAMPLE_PATIENCE_MS = 3_000;

const PROCESSED = {
  name: 'jobs_processed_total',
  help: 'Runs that have ended, by outcome.',
  labelNames: ['job_type', 'status'],
};
const DURATIONS = { name: 'job_duration_seconds', help: 'Run time of handlers.', labelNames: ['job_type'] };
const WAITS = { name: 'jobs_wait_seconds', help: 'From falling due to the start.', labelNames: ['job_type'] };

const DURATION_BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600];
const WAIT_BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900, 3_600];

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
  private readonly processed: Counter;
  private readonly durations: Histogram;
  private readonly waits: Histogram;

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
    this.processed = counter({ registry, ...PROCESSED });
    this.durations = histogram({ registry, ...DURATIONS }, DURATION_BUCKETS);
    this.waits = histogram({ registry, ...WAITS }, WAIT_BUCKETS);
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

  private record({ name, type, durationMs, waitMs }: JobEvent): void {
    const job_type = this.types.label(type);
    if (name === 'started') {
      this.waits.observe({ job_type }, waitMs / 1_000);
      return;
    }
    this.processed.inc({ job_type, status: name });
    // An interrupted run says nothing about the handler; 0 is a run that never came to it or died with its worker.
    if (name !== 'handed_back' && name !== 'lost' && durationMs > 0)
      this.durations.observe({ job_type }, durationMs / 1_000);
  }
}

function reportFailing(error: unknown): void {
  const reason = databaseErrorCode(error) || (error instanceof Error ? error.message : String(error));
  new Logger('Jobs').warn(`Job statistics cannot be read (${reason}); their metrics are absent until they can`);
}
