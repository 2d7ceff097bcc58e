import { isoWeekOf } from '../iso-week.js';
import { endOfIsoWeek, endOfMonth, monthClosesAt, monthOfIsoWeek } from './reporting-month.js';

describe('monthOfIsoWeek', () => {
  it.each([
    ['2024-W05', '2024-02'],
    ['2024-W04', '2024-01'],
    ['2020-W53', '2021-01'],
    ['2025-W01', '2025-01'],
    ['2023-W52', '2023-12'],
  ])('of %s is %s', (week, month) => {
    expect(monthOfIsoWeek(week)).toBe(month);
  });
});

describe('endOfIsoWeek', () => {
  it.each([
    ['2024-W05', 'Asia/Tokyo', '2024-02-04T15:00:00.000Z'],
    ['2024-W13', 'Europe/Berlin', '2024-03-31T22:00:00.000Z'],
  ])('of %s in %s is %s', (week, timeZone, instant) => {
    const end = endOfIsoWeek(week, timeZone);

    expect(end.toISOString()).toBe(instant);
    expect(isoWeekOf(new Date(end.getTime() - 1), timeZone)).toBe(week);
    expect(isoWeekOf(end, timeZone)).not.toBe(week);
  });
});

describe('monthClosesAt', () => {
  it('is a midnight in the zone, so many days after the end of the month', () => {
    expect(endOfMonth('2024-12', 'Asia/Tokyo').toISOString()).toBe('2024-12-31T15:00:00.000Z');
    expect(monthClosesAt('2024-12', 'Asia/Tokyo', 7).toISOString()).toBe('2025-01-07T15:00:00.000Z');
    expect(monthClosesAt('2024-02', 'Europe/Berlin', 31).toISOString()).toBe('2024-03-31T22:00:00.000Z');
  });

  it('refuses a zone that does not exist', () => {
    expect(() => monthClosesAt('2024-12', 'Asia/Nowhere', 7)).toThrow(RangeError);
  });
});
