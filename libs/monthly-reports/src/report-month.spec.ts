import { endOfIsoWeek, endOfMonth, monthOfIsoWeek } from '@monstera/weekly-reports';
import { isoWeeksOfMonth, previousMonthOf, reportMonthSchema } from './report-month.js';

describe('reportMonthSchema', () => {
  it.each(['2024-01', '1999-12'])('accepts %s', (month) => {
    expect(reportMonthSchema.safeParse(month).success).toBe(true);
  });

  it.each(['2024-00', '2024-13', '2024-1', '24-01', '2024-01-01', '2024-01\n', '', 202401])('refuses %j', (month) => {
    expect(reportMonthSchema.safeParse(month).success).toBe(false);
  });
});

describe('isoWeeksOfMonth', () => {
  it.each([
    ['2024-01', ['2024-W01', '2024-W02', '2024-W03', '2024-W04']],
    ['2024-02', ['2024-W05', '2024-W06', '2024-W07', '2024-W08']],
    ['2020-12', ['2020-W49', '2020-W50', '2020-W51', '2020-W52']],
    ['2021-01', ['2020-W53', '2021-W01', '2021-W02', '2021-W03', '2021-W04']],
    ['2024-12', ['2024-W48', '2024-W49', '2024-W50', '2024-W51', '2024-W52']],
  ])('of %s are %j', (month, weeks) => {
    expect(isoWeeksOfMonth(month)).toEqual(weeks);
  });

  it('puts every week of 28 years into exactly one month', () => {
    const months = Array.from({ length: 28 * 12 }, (_, index) => {
      return `${2000 + Math.floor(index / 12)}-${String((index % 12) + 1).padStart(2, '0')}`;
    });
    const weeks = months.flatMap(isoWeeksOfMonth);

    expect(new Set(weeks).size).toBe(weeks.length);
    // The calendar repeats after 28 years, which are exactly 1,461 weeks.
    expect(weeks).toHaveLength(1_461);
  });
});

describe('the weeks of 60 months', () => {
  const months = Array.from({ length: 60 }, (_, index) => {
    return `${2026 + Math.floor(index / 12)}-${String((index % 12) + 1).padStart(2, '0')}`;
  });

  it.each(['Asia/Tokyo', 'America/New_York', 'Pacific/Kiritimati'])(
    'are over when the report is made in %s',
    (zone) => {
      const open = months.flatMap((month) => {
        const made = endOfMonth(month, zone);
        return isoWeeksOfMonth(month).filter((week) => endOfIsoWeek(week, zone) > made);
      });

      expect(open).toEqual([]);
    },
  );

  it('are those that monthOfIsoWeek gives to the month', () => {
    for (const month of months) {
      expect(new Set(isoWeeksOfMonth(month).map(monthOfIsoWeek))).toEqual(new Set([month]));
    }
  });
});

describe('previousMonthOf', () => {
  it.each([
    ['2024-01-31T15:00:00Z', 'Asia/Tokyo', '2024-01'],
    ['2024-01-31T15:00:00Z', 'UTC', '2023-12'],
    ['2024-03-31T12:00:00Z', 'UTC', '2024-02'],
    ['2024-01-01T05:00:00Z', 'America/New_York', '2023-12'],
    ['2024-01-01T04:59:59Z', 'America/New_York', '2023-11'],
  ])('is for %s in %s %s', (instant, timeZone, month) => {
    expect(previousMonthOf(new Date(instant), timeZone)).toBe(month);
  });

  it('refuses a zone that does not exist', () => {
    expect(() => previousMonthOf(new Date(), 'Asia/Nowhere')).toThrow(RangeError);
  });
});
