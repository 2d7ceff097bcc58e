import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import type { WorkerStatus } from '../job/worker-status.js';
import type { QueueSample } from '../store/job.repository.js';

/** One `JobsModule` of this process, as its metrics see it. */
export interface MetricSource {
  readonly status: WorkerStatus;
  readonly version: string;
  /** Null if the database did not answer in time. */
  sample(): Promise<QueueSample | null>;
}

/** Several modules may share a registry, at once or (in tests) one after the other: metrics outlive their first module. */
const sources = new WeakMap<Registry, Set<MetricSource>>();

export function sourcesOf(registry: Registry): Set<MetricSource> {
  const known = sources.get(registry) ?? new Set();
  sources.set(registry, known);
  return known;
}

export type Reading = readonly [labels: Record<string, string>, value: number];

interface MetricText {
  registry: Registry;
  name: string;
  help: string;
  labelNames?: string[];
}

/** A gauge that is read when it is scraped. What `read` leaves out is absent from the scrape, not zero. */
export function readGauge(
  { registry, name, help, labelNames = [] }: MetricText,
  read: () => Reading[] | Promise<Reading[]>,
) {
  if (registry.getSingleMetric(name)) return;
  new Gauge({
    registers: [registry],
    name,
    help,
    labelNames,
    async collect() {
      const readings = await read();
      this.reset();
      // Resetting a gauge without labels sets it to zero.
      if (labelNames.length === 0) this.remove();
      for (const [labels, value] of readings) this.set(labels, value);
    },
  });
}

/** A counter that is kept elsewhere and read when it is scraped. */
export function readCounter({ registry, name, help }: MetricText, read: () => number) {
  if (registry.getSingleMetric(name)) return;
  new Counter({
    registers: [registry],
    name,
    help,
    collect() {
      this.reset();
      this.inc(read());
    },
  });
}

export function counter({ registry, name, help, labelNames = [] }: MetricText): Counter {
  const existing = registry.getSingleMetric(name) as Counter | undefined;
  return existing ?? new Counter({ registers: [registry], name, help, labelNames });
}

export function histogram({ registry, name, help, labelNames = [] }: MetricText, buckets: number[]): Histogram {
  const existing = registry.getSingleMetric(name) as Histogram | undefined;
  return existing ?? new Histogram({ registers: [registry], name, help, labelNames, buckets });
}
