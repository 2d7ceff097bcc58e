import { Injectable } from '@nestjs/common';
import { coverOf, longestIn } from '../../history/cover.js';
import { HistoryStore, type HistoryRange } from '../../store/history.store.js';
import { Operations } from '../operations.js';
import { Clock } from '../../support/time/clock.js';
import { SharedLook } from '../shared-look.js';
import { perMinute, toFigures, toPoints, totalOf, type RunFigures, type StatisticsPoint } from './figures.js';
import {
  byTypeQuestion,
  seriesQuestion,
  type StatisticsByTypeOptions,
  type ByTypeQuestion,
  type RangeQuestion,
  type StatisticsSeriesOptions,
  type SeriesQuestion,
} from './question.js';

/** Figures of a longer time. */
export interface RunFiguresPerMinute extends RunFigures {
  /** Runs that ended, per minute. */
  perMinute: number;
}

export interface StatisticsSeries {
  /** The start of the first step. */
  from: Date;
  to: Date;
  everyMs: number;
  /** One for each step, also where nothing ran. */
  points: StatisticsPoint[];
  /** All steps together. */
  total: RunFiguresPerMinute;
}

export interface TypeStatistics extends RunFiguresPerMinute {
  type: string;
}

export interface StatisticsByType {
  from: Date;
  to: Date;
  /** In the order that was asked for. */
  types: TypeStatistics[];
  /** True if there are more types. */
  capped: boolean;
}

/** How many different answers are shared. */
const MAX_SHARED = 100;
const MINUTE_MS = 60_000;

/**
 * Statistics of what ran, over time. Every worker adds its counts once a minute (docs/statistics.md), so an answer costs the
 * same however many jobs there are. What was counted is kept for `retention.statisticsMs`. Calls within two seconds that
 * ask the same share an answer.
 */
@Injectable()
export class JobStatistics {
  private readonly looks = new Map<string, SharedLook<unknown>>();

  constructor(
    private readonly operations: Operations,
    private readonly clock: Clock,
  ) {}

  /**
   * Counts, waits and run times for each step of a time: of everything, a type, a queue, or a type in a queue. Default: the
   * last hour in minutes. Throws `InvalidJobOptionError`, and `JobsError` JOBS_QUERY_TOO_SLOW after two seconds.
   */
  async series(options: StatisticsSeriesOptions = {}): Promise<StatisticsSeries> {
    const question = seriesQuestion(options, this.clock.epochMs());
    return this.share('series', question, () => this.readSeries(question));
  }

  /**
   * Counts, waits and run times of each type over a time, the most important types first. Default: the last hour. Throws as
   * `series` does.
   */
  async byType(options: StatisticsByTypeOptions = {}): Promise<StatisticsByType> {
    const question = byTypeQuestion(options, this.clock.epochMs());
    return this.share('types', question, () => this.readByType(question));
  }

  private async readSeries({ type, stepSeconds, ...range }: SeriesQuestion): Promise<StatisticsSeries> {
    const rowsOf = (store: HistoryStore, part: HistoryRange) => store.series(type, part, stepSeconds);
    const { rows, to } = await this.read(range, longestIn(stepSeconds), rowsOf);
    const { from, to: writtenTo } = range;
    const everyMs = stepSeconds * 1_000;
    const points = toPoints(rows, { from, to, writtenTo, stepMs: everyMs });
    return { from, to, everyMs, points, total: withRate(totalOf(rows), { from, to }) };
  }

  private async readByType({ order, limit, ...range }: ByTypeQuestion): Promise<StatisticsByType> {
    const rowsOf = (store: HistoryStore, part: HistoryRange) => store.types(part, order, limit);
    const { rows, to } = await this.read(range, undefined, rowsOf);
    const { from } = range;
    const types = rows.map((row) => ({ type: row.type, ...withRate(toFigures(row), { from, to }) }));
    return { from, to, types, capped: (rows[0]?.types ?? 0) > rows.length };
  }

  /**
   * What all workers have written, in rows of at most `mostSeconds`. Where that is nothing: what some have written of the
   * next minute.
   */
  private read<Row>(
    { queue, from, to, stepEnd, isOpen }: RangeQuestion,
    mostSeconds: number | undefined,
    rowsOf: (store: HistoryStore, range: HistoryRange) => Promise<Row[]>,
  ): Promise<{ rows: Row[]; to: Date }> {
    return this.operations.read(null, async (executor) => {
      const between = (start: Date, end: Date) => {
        const parts = coverOf(start.getTime(), end.getTime(), mostSeconds);
        return rowsOf(new HistoryStore(executor), { queue, from: start, to: end, parts });
      };
      const rows = await between(from, stepEnd);
      if (rows.length > 0 || !isOpen) return { rows, to };
      const next = new Date(to.getTime() + MINUTE_MS);
      const begun = await between(to, next);
      return { rows: begun, to: begun.length > 0 ? next : to };
    });
  }

  private share<T>(kind: string, question: object, read: () => Promise<T>): Promise<T> {
    const key = JSON.stringify([kind, question]);
    const look = (this.looks.get(key) ?? new SharedLook<unknown>(this.clock, read)) as SharedLook<T>;
    this.looks.delete(key);
    this.looks.set(key, look);
    if (this.looks.size > MAX_SHARED) this.looks.delete(this.looks.keys().next().value!);
    return look.get();
  }
}

function withRate(figures: RunFigures, { from, to }: Pick<HistoryRange, 'from' | 'to'>): RunFiguresPerMinute {
  return { ...figures, perMinute: perMinute(figures, to.getTime() - from.getTime()) };
}
