import { buildMonthlyReport } from './monthly-report.js';

const day = (text: string) => new Date(`${text}T00:00:00Z`);

const JANUARY = [
  { week: '2024-W01', end: day('2024-01-08') },
  { week: '2024-W02', end: day('2024-01-15') },
  { week: '2024-W03', end: day('2024-01-22') },
  { week: '2024-W04', end: day('2024-01-29') },
];

function engineer(id: string, from = '2023-01-01', to: string | null = null) {
  const activity = [{ activeFrom: day(from), activeTo: to === null ? null : day(to) }];
  return { id, name: `Engineer ${id}`, email: `${id}@example.com`, activity };
}

describe('buildMonthlyReport', () => {
  it('counts, per engineer and in all, reports handed in, weeks missing and hours', () => {
    const reports = [
      { userId: 'a', week: '2024-W01', hours: 40 },
      { userId: 'a', week: '2024-W03', hours: 38.25 },
      { userId: 'b', week: '2024-W02', hours: 0 },
    ];

    expect(buildMonthlyReport('2024-01', JANUARY, [engineer('a'), engineer('b')], reports)).toEqual({
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
      weeklyHours: [40, 0, 38.25, 0],
    });
  });

  it('leaves out who left before, unless a report was handed in', () => {
    const everyone = [engineer('left', '2023-01-01', '2023-12-31'), engineer('left-later', '2023-01-01', '2023-12-31')];
    const reports = [{ userId: 'left-later', week: '2024-W01', hours: 8 }];

    const { engineers } = buildMonthlyReport('2024-01', JANUARY, everyone, reports);

    expect(engineers).toMatchObject([{ name: 'Engineer left-later', handedIn: 1, missingWeeks: [] }]);
  });

  it.each([
    ['2024-01-17', null, ['2024-W03', '2024-W04']],
    ['2023-01-01', '2024-01-17', ['2024-W01', '2024-W02']],
    ['2024-01-10', '2024-01-17', ['2024-W02']],
    ['2024-01-08', '2024-01-15', ['2024-W02']],
  ])('misses of somebody active from %s to %s the weeks %j', (from, to, weeks) => {
    const { engineers } = buildMonthlyReport('2024-01', JANUARY, [engineer('a', from, to)], []);

    expect(engineers.map(({ missingWeeks }) => missingWeeks)).toEqual([weeks]);
  });

  it('leaves out who came and went within a week, or came later', () => {
    const everyone = [engineer('brief', '2024-01-09', '2024-01-11'), engineer('later', '2024-02-01')];

    expect(buildMonthlyReport('2024-01', JANUARY, everyone, []).engineers).toEqual([]);
  });

  it('adds hours up as decimals', () => {
    const everyone = ['a', 'b', 'c'].map((id) => engineer(id));
    const reports = everyone.flatMap(({ id }) => [
      { userId: id, week: '2024-W01', hours: 0.1 },
      { userId: id, week: '2024-W02', hours: 0.2 },
    ]);

    const report = buildMonthlyReport('2024-01', JANUARY, everyone, reports);

    expect(report.engineers.map(({ totalHours }) => totalHours)).toEqual([0.3, 0.3, 0.3]);
    expect(report).toMatchObject({ totals: { hours: 0.9 }, weeklyHours: [0.3, 0.6, 0, 0] });
  });
});
