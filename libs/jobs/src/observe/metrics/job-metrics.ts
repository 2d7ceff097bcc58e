import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import type { Registry } from 'prom-client';
import { JobEventBus } from '../../state/job-event-bus.js';
import type { JobEvent } from '../../job/job-events.js';
import { Outages } from '../../state/outages.js';
import { WorkerStatus } from '../../state/worker-status.js';
import { DEFAULT_JOBS_NAME, JOBS_NAME, JOBS_OPTIONS, type JobsOptions } from '../../jobs.options.js';
import { databaseErrorCode } from '../../store/connection/database-errors.js';
import { JOBS_REPOSITORY, type JobRepository, type QueueSample } from '../stats/job.repository.js';
import { BoundedLabels } from './bounded-labels.js';
import { CachedSample } from '../health/cached-sample.js';
import { sourcesOf, type MetricSource } from './metric-registry.js';
import { PROM_CLIENT, type PromClient } from './prom-client.js';
import { registerQueueMetrics } from './queue-metrics.js';
import { RunCounts, runCountsOf } from './run-counts.js';
import { registerRunMetrics } from './run-metrics.js';
import { registerWorkerMetrics } from './worker-metrics.js';
import { Clock } from '../../support/time/clock.js';
import { report } from '../../report/report.js';

const SAMPLE_EVERY_MS = 10_000;
const SAMPLE_PATIENCE_MS = 3_000;

/**
 * Metrics on `options.metricsRegistry`. Runs are counted as they end. Statistics are read from the database when the
 * metrics are scraped, at most every ten seconds. Without prom-client there are no metrics.
 */
@Injectable()
export class JobMetrics implements MetricSource, OnApplicationShutdown {
  /** Null without prom-client. */
  readonly registry: Registry | null;
  readonly version: string;
  private readonly types = new BoundedLabels();
  private readonly stats: CachedSample<QueueSample>;
  private readonly runs: Map<string, RunCounts>;

  constructor(
    @Inject(JOBS_OPTIONS) options: JobsOptions,
    readonly status: WorkerStatus,
    @Inject(JOBS_REPOSITORY) repository: JobRepository,
    bus: JobEventBus,
    readonly outages: Outages,
    readonly clock: Clock,
    @Inject(PROM_CLIENT) prom: PromClient | null,
    @Inject(JOBS_NAME) name: string = DEFAULT_JOBS_NAME,
  ) {
    this.version = options.version;
    this.stats = new CachedSample({
      clock,
      read: () => repository.sample(),
      maxAgeMs: SAMPLE_EVERY_MS,
      patienceMs: SAMPLE_PATIENCE_MS,
      onFailing: reportFailing,
    });
    const own = name === DEFAULT_JOBS_NAME ? prom?.register : prom && new prom.Registry();
    this.registry = (options.metricsRegistry as Registry | undefined) ?? own ?? null;
    this.runs = this.registry ? runCountsOf(this.registry) : new Map();
    if (!prom || !this.registry) return;
    const sink = { prom, registry: this.registry };
    registerRunMetrics(sink);
    registerWorkerMetrics(sink);
    registerQueueMetrics(sink);
    sourcesOf(sink.registry).add(this);
    bus.subscribe((event) => this.record(event));
  }

  sample(): Promise<QueueSample | null> {
    return this.stats.get();
  }

  onApplicationShutdown(): void {
    if (this.registry) sourcesOf(this.registry).delete(this);
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
  report('statistics_unread', { reason });
}
