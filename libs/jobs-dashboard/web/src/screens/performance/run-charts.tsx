import { useSeries } from '../../api/queries';
import type { Percentiles, Series, StatisticsPoint } from '../../api/statistics-types';
import { Chart } from '../../parts/chart/chart';
import type { ChartData, Line } from '../../parts/chart/chart-data';
import { useNumber } from '../../parts/numbers';
import { View } from '../../parts/view';
import { useText } from '../../text/language';
import { useDuration } from '../../time/time';

interface Props {
  hours: number;
  /** Only of this type. */
  type?: string | undefined;
  /** Whether run times are shown too. */
  withRunTimes?: boolean;
}

/** What ran over time: how much, how long it waited and, if wanted, how long it took. */
export default function RunCharts({ hours, type, withRunTimes = false }: Props) {
  const { charts } = useText();
  return (
    <View query={useSeries(hours, type)}>
      {(series) => (
        <div className="charts">
          <ThroughputChart series={series} />
          <TimesChart series={series} title={charts.waits} of={({ waitMs }) => waitMs} />
          {withRunTimes && <TimesChart series={series} title={charts.runTimes} of={({ runMs }) => runMs} />}
        </div>
      )}
    </View>
  );
}

function ThroughputChart({ series }: { series: Series }) {
  const { charts } = useText();
  const number = useNumber();
  const rate = (value: number) => number(value < 10 ? Math.round(value * 10) / 10 : Math.round(value));
  const perMinute = (count: (point: StatisticsPoint) => number) =>
    series.points.map((point) => count(point) / minutesOf(point, series));
  const lines: Line[] = [
    { name: charts.completed, look: 'good', values: perMinute(({ completed }) => completed) },
    { name: charts.failed, look: 'bad', values: perMinute(({ retried, failed }) => retried + failed) },
  ];
  const { completed, retried, failed } = series.total;
  const summary = charts.throughputSummary(number(completed), number(retried + failed));
  return (
    <Chart title={charts.throughput} data={chartOf(series, 'count', lines)} format={rate} summary={summary}>
      <p className="quiet">{summary}</p>
    </Chart>
  );
}

interface TimesProps {
  series: Series;
  title: string;
  of: (figures: Pick<StatisticsPoint, 'waitMs' | 'runMs'>) => Percentiles;
}

function TimesChart({ series, title, of }: TimesProps) {
  const { charts, none } = useText();
  const duration = useDuration();
  const lines: Line[] = [
    { name: 'p50', look: 'first', values: series.points.map((point) => of(point).p50) },
    { name: 'p95', look: 'second', values: series.points.map((point) => of(point).p95) },
  ];
  const { p50, p95, p99 } = of(series.total);
  const words = (ms: number | null) => (ms === null ? none : duration(ms));
  const summary = charts.timesSummary(words(p50), words(p95), words(p99));
  return (
    <Chart title={title} data={chartOf(series, 'duration', lines)} format={duration} summary={summary}>
      <p className="quiet">{summary}</p>
    </Chart>
  );
}

function chartOf({ points, everyMs }: Series, kind: ChartData['kind'], lines: Line[]): ChartData {
  const times = points.map(({ at }) => Date.parse(at));
  return { times, end: (times.at(-1) ?? 0) + everyMs, isLastPartial: points.at(-1)?.partial ?? false, lines, kind };
}

/** How much of a step is over, in minutes. */
function minutesOf({ at, partial }: StatisticsPoint, { everyMs, to }: Series): number {
  return (partial ? Date.parse(to) - Date.parse(at) : everyMs) / 60_000;
}
