import { Inject, Injectable, Optional } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DateTime } from 'luxon';
import { DataSource, EntityManager } from 'typeorm';
import { isoWeekOf } from '../iso-week.js';
import { WEEKLY_REPORTS_OPTIONS, type WeeklyReportsModuleOptions } from '../weekly-reports.options.js';
import { MonthClosedError, WeekTooFarAheadError } from './calendar.errors.js';
import { endOfIsoWeek, endOfMonth, monthClosesAt, monthOfIsoWeek } from './reporting-month.js';

/** Which weeks can be reported on at the moment. The time is the database's, the zone the company's. */
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

  /** From when on the month's reports stay as they are. */
  closesAt(month: string): Date {
    return monthClosesAt(month, this.timeZone, this.closesAfterDays);
  }

  /** How long until the month is over, so that its report can be made; 0 if it is. */
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
