import { Inject, Injectable, Optional } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DateTime } from 'luxon';
import { DataSource, EntityManager } from 'typeorm';
import { isoWeekOf } from '../iso-week.js';
import { WEEKLY_REPORTS_OPTIONS, type WeeklyReportsModuleOptions } from '../weekly-reports.options.js';
import { MonthClosedError, WeekTooFarAheadError } from './calendar.errors.js';
import { endOfIsoWeek, endOfMonth, monthClosesAt, monthOfIsoWeek } from './reporting-month.js';

/** Decides which weeks can be reported at the moment, by the database's clock and in the company's time zone. */
@Injectable()
export class ReportingCalendar {
  readonly timeZone: string;
  private readonly closesAfterDays: number;
  private readonly weeksAhead: number;

  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    @Optional() @Inject(WEEKLY_REPORTS_OPTIONS) options: WeeklyReportsModuleOptions | null,
  ) {
    const { timeZone = 'Asia/Tokyo', closesAfterDays = 7, weeksAhead = 4 } = options ?? {};
    this.timeZone = timeZone;
    this.closesAfterDays = closesAfterDays;
    this.weeksAhead = weeksAhead;
  }

  /** Throws `MonthClosedError` (409) for a week whose month is closed, `WeekTooFarAheadError` (400) for a later one. */
  async assertReportable(week: string, manager: EntityManager): Promise<void> {
    const now = await this.now(manager);
    const month = monthOfIsoWeek(week);
    const closesAt = this.closesAt(month);
    if (now >= closesAt) throw new MonthClosedError(week, month, closesAt);
    const last = isoWeekOf(this.weeksFrom(now), this.timeZone);
    if (week > last) throw new WeekTooFarAheadError(week, last);
  }

  /** The time from which the month's reports can no longer change. */
  closesAt(month: string): Date {
    return monthClosesAt(month, this.timeZone, this.closesAfterDays);
  }

  /** Milliseconds until the month is over and its report can be built. 0 if it is over. */
  async msUntilOver(month: string, manager: EntityManager = this.dataSource.manager): Promise<number> {
    const now = await this.now(manager);
    return Math.max(0, endOfMonth(month, this.timeZone).getTime() - now.getTime());
  }

  endOfWeek(week: string): Date {
    return endOfIsoWeek(week, this.timeZone);
  }

  private weeksFrom(now: Date): Date {
    return DateTime.fromJSDate(now, { zone: this.timeZone }).plus({ weeks: this.weeksAhead }).toJSDate();
  }

  private async now(manager: EntityManager): Promise<Date> {
    const [{ now }] = await manager.query<[{ now: Date }]>('select now() as now');
    return now;
  }
}
