import { buildMonthlyReport } from './monthly-report.js';

const engineer = (id: string, active = true) => ({ id, name: `Engineer ${id}`, email: `${id}@example.com`, active });

describe('buildMonthlyReport', () => {
  it('counts, per engineer and in all, reports handed in, weeks missing and hours', () => {
    const reports = [
      { userId: 'a', week: '2024-W01', hours: 40 },
      { userId: 'a', week: '2024-W03', hours: 38.25 },
      { userId: 'b', week: '2024-W02', hours: 0 },
    ];

    expect(buildMonthlyReport('2024-01', [engineer('a'), engineer('b')], reports)).toEqual({
      month: '2024-01',
      weeks: ['2024-W01', '2024-W02', '2024-W03', '2024-W04'],
      engineers: [
        {
          name: 'Engineer a',
          email: 'a@example.com',
          hours: [40, null, 38.25, null],
          handedIn: 2,
          missingWeeks: ['2024-W02', '2024-W04'],
          totalHours: 78.25,
        },
        {
          name: 'Engineer b',
          email: 'b@example.com',
          hours: [null, 0, null, null],
          handedIn: 1,
          missingWeeks: ['2024-W01', '2024-W03', '2024-W04'],
          totalHours: 0,
        },
      ],
      totals: { handedIn: 3, missing: 5, hours: 78.25 },
    });
  });

  it('leaves out who is no longer active, unless a report was handed in', () => {
    const everyone = [engineer('left', false), engineer('left-later', false)];
    const reports = [{ userId: 'left-later', week: '2024-W01', hours: 8 }];

    const names = buildMonthlyReport('2024-01', everyone, reports).engineers.map(({ name }) => name);

    expect(names).toEqual(['Engineer left-later']);
  });
});
