import type { Histogram, Registry } from 'prom-client';
import type { Outages } from '../../state/outages.js';
import type { WorkerStatus } from '../../state/worker-status.js';
import type { QueueSample } from '../stats/job.repository.js';
import type { PromClient } from './prom-client.js';
import type { SecondsHistogram } from './run-counts.js';
import type { Clock } from '../../support/time/clock.js';

/** What the metrics read from one `JobsModule` of this process. */
export interface MetricSource {
  readonly status: WorkerStatus;
  readonly clock: Clock;
  readonly outages: Pick<Outages, 'names'>;
  readonly version: string;
  /** Null if the database did not answer in time. */
  sample(): Promise<QueueSample | null>;
}

/** Several modules may share a registry, at once or, in tests, one after another. So a metric can outlive its module. */
const sources = new WeakMap<Registry, Set<MetricSource>>();

export function sourcesOf(registry: Registry): Set<MetricSource> {
  const known = sources.get(registry) ?? new Set();
  sources.set(registry, known);
  return known;
}

export type Reading = readonly [labels: Record<string, string>, value: number];
export type HistogramReading = readonly [labels: Record<string, string>, value: SecondsHistogram];

/** Creates metrics and keeps them. */
export interface MetricSink {
  prom: PromClient;
  registry: Registry;
}

interface MetricText extends MetricSink {
  name: string;
  help: string;
  labelNames?: string[];
}

/** A gauge that `read` fills at each scrape. A series that `read` leaves out is absent from the scrape, not zero. */
export function readGauge(
  { prom, registry, name, help, labelNames = [] }: MetricText,
  read: () => Reading[] | Promise<Reading[]>,
) {
  if (registry.getSingleMetric(name)) return;
  new prom.Gauge({
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

/** A counter whose value is kept elsewhere and read at each scrape. */
export function readCounter({ prom, registry, name, help, labelNames = [] }: MetricText, read: () => Reading[]) {
  if (registry.getSingleMetric(name)) return;
  new prom.Counter({
    registers: [registry],
    name,
    help,
    labelNames,
    collect() {
      this.reset();
      for (const [labels, value] of read()) this.inc(labels, value);
    },
  });
}

/** A histogram that is kept elsewhere and read at each scrape. The registry's `resetMetrics()` calls `reset`. */
export function readHistogram(
  { registry, name, help, labelNames = [] }: Omit<MetricText, 'prom'>,
  read: () => HistogramReading[],
  reset: () => void,
) {
  if (registry.getSingleMetric(name)) return;
  const aggregator = 'sum';
  const get = async () => ({
    name,
    help,
    type: 'histogram',
    aggregator,
    values: read().flatMap(seriesOf(name)),
  });
  // The registry uses only these members of a metric, but its types accept only its own classes.
  registry.registerMetric({ name, help, labelNames, get, reset } as unknown as Histogram);
}

function seriesOf(name: string) {
  return ([labels, histogram]: HistogramReading) => [
    ...[...histogram.cumulated(), ['+Inf', histogram.count] as const].map(([le, value]) => ({
      metricName: `${name}_bucket`,
      labels: { le, ...labels },
      value,
    })),
    { metricName: `${name}_sum`, labels, value: histogram.sum },
    { metricName: `${name}_count`, labels, value: histogram.count },
  ];
}
