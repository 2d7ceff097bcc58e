import { DateTime } from 'luxon';
import { daysOfIsoWeek, isIsoWeek, isoWeekOf, isoWeekSchema, previousIsoWeekOf } from './iso-week.js';

describe('isIsoWeek', () => {
  it.each(['2024-W03', '2020-W53', '2026-W53', '2021-W52', '2024-W01'])('accepts %s', (week) => {
    expect(isIsoWeek(week)).toBe(true);
  });

  it.each([
    '2021-W53',
    '2024-W53',
    '2024-W00',
    '2024-W54',
    '2024-W3',
    '2024W03',
    '24-W03',
    '2024-W03-1',
    ' 2024-W03',
    '',
  ])('refuses %j', (week) => {
    expect(isIsoWeek(week)).toBe(false);
    expect(isoWeekSchema.safeParse(week).error?.issues[0]?.message).toContain('such as 2024-W03');
  });
});

describe('the weeks of every year', () => {
  it('are as many as the calendar has', () => {
    for (let year = 1; year <= 9_999; year += 1) {
      const { weeksInWeekYear } = DateTime.fromObject({ weekYear: year });
      const prefix = `${String(year).padStart(4, '0')}-W`;

      expect([year, isIsoWeek(`${prefix}53`)]).toEqual([year, weeksInWeekYear === 53]);
    }
  });
});

describe('isoWeekOf', () => {
  it.each([
    ['2024-01-15T00:00:00Z', 'Asia/Tokyo', '2024-W03'],
    ['2024-12-30T00:00:00Z', 'UTC', '2025-W01'],
    ['2021-01-03T12:00:00Z', 'UTC', '2020-W53'],
    ['2023-01-01T12:00:00Z', 'UTC', '2022-W52'],
    // Monday 00:30 in Tokyo is still Sunday in New York.
    ['2024-01-14T15:30:00Z', 'Asia/Tokyo', '2024-W03'],
    ['2024-01-14T15:30:00Z', 'America/New_York', '2024-W02'],
    // New Year's Eve and New Year at the same instant.
    ['2026-12-31T23:00:00Z', 'Asia/Tokyo', '2026-W53'],
    ['2018-12-30T16:00:00Z', 'Asia/Tokyo', '2019-W01'],
    ['2018-12-30T16:00:00Z', 'UTC', '2018-W52'],
  ])('puts %s in %s into %s', (instant, timeZone, week) => {
    expect(isoWeekOf(new Date(instant), timeZone)).toBe(week);
  });

  it('refuses a zone that does not exist, and a date that is none', () => {
    expect(() => isoWeekOf(new Date(), 'Asia/Nowhere')).toThrow(RangeError);
    expect(() => isoWeekOf(new Date('never'), 'UTC')).toThrow(RangeError);
  });
});

describe('previousIsoWeekOf', () => {
  it.each([
    ['2024-01-15T00:00:00Z', '2024-W02'],
    ['2024-01-01T12:00:00Z', '2023-W52'],
    ['2021-01-04T12:00:00Z', '2020-W53'],
  ])('is for %s %s', (instant, week) => {
    expect(previousIsoWeekOf(new Date(instant), 'Asia/Tokyo')).toBe(week);
  });

  it('counts days, not hours, where the clocks change', () => {
    // Monday 00:30 after the week in which New York lost an hour.
    expect(previousIsoWeekOf(new Date('2024-03-11T04:30:00Z'), 'America/New_York')).toBe('2024-W10');
  });
});

describe('daysOfIsoWeek', () => {
  it('runs from Monday to Sunday', () => {
    expect(daysOfIsoWeek('2020-W53')).toEqual({ monday: '2020-12-28', sunday: '2021-01-03' });
  });
});
