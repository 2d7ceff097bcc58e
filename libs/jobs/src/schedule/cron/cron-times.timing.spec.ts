import { requireCron, ticksOf } from './cron-times.js';

function ticks(cron: string, zone: string, after: string, count: number): string[] {
  const found: Date[] = [new Date(after)];
  for (let i = 0; i < count; i++) found.push(ticksOf(cron, zone)(found.at(-1)!));
  return found.slice(1).map((tick) => tick.toISOString().replace(/:00\.000Z$/, 'Z'));
}

describe('ticksOf', () => {
  it('is Monday 09:00 in Tokyo, which is midnight UTC', () => {
    expect(ticks('0 9 * * MON', 'Asia/Tokyo', '2024-01-15T00:00:00Z', 2)).toEqual([
      '2024-01-22T00:00Z',
      '2024-01-29T00:00Z',
    ]);
  });

  it('is the 1st of the month in Tokyo, still the last day of the month before in UTC', () => {
    expect(ticks('0 0 1 * *', 'Asia/Tokyo', '2024-01-31T14:59:59.999Z', 2)).toEqual([
      '2024-01-31T15:00Z',
      '2024-02-29T15:00Z',
    ]);
  });

  it('is after the given time, never at it', () => {
    expect(ticks('30 10 * * *', 'UTC', '2026-05-01T10:30:00.000Z', 1)).toEqual(['2026-05-02T10:30Z']);
    expect(ticks('30 10 * * *', 'UTC', '2026-05-01T10:29:59.999Z', 1)).toEqual(['2026-05-01T10:30Z']);
  });

  it('reads six fields as second first', () => {
    expect(ticksOf('*/20 * * * * *', 'UTC')(new Date('2026-05-01T10:00:00.500Z')).toISOString()).toBe(
      '2026-05-01T10:00:20.000Z',
    );
  });

  it('finds the next leap day', () => {
    const leapDay = ticksOf('0 0 29 2 *', 'UTC')(new Date());
    expect([leapDay.getUTCMonth(), leapDay.getUTCDate(), leapDay.getUTCFullYear() % 4]).toEqual([1, 29, 0]);
  });

  describe('when the clocks of Berlin go forward from 02:00 to 03:00', () => {
    it('fires once, at the end of the gap, for a time that does not exist that day', () => {
      expect(ticks('30 2 * * *', 'Europe/Berlin', '2026-03-28T00:00:00Z', 3)).toEqual([
        '2026-03-28T01:30Z',
        '2026-03-29T01:00Z',
        '2026-03-30T00:30Z',
      ]);
    });

    it('fires once for 03:00', () => {
      expect(ticks('0 3 * * *', 'Europe/Berlin', '2026-03-28T00:00:00Z', 3)).toEqual([
        '2026-03-28T02:00Z',
        '2026-03-29T01:00Z',
        '2026-03-30T01:00Z',
      ]);
    });
  });

  describe('when the clocks of Berlin go back from 03:00 to 02:00', () => {
    it.each([
      ['30 2 * * *', ['2026-10-24T00:30Z', '2026-10-25T00:30Z', '2026-10-26T01:30Z']],
      ['0 3 * * *', ['2026-10-24T01:00Z', '2026-10-25T02:00Z', '2026-10-26T02:00Z']],
      ['15 3 * * SUN', ['2026-10-25T02:15Z', '2026-11-01T02:15Z', '2026-11-08T02:15Z']],
    ])('fires once that day for %s', (cron, expected) => {
      expect(ticks(cron, 'Europe/Berlin', '2026-10-23T12:00:00Z', 3)).toEqual(expected);
    });

    it('fires in both hours if every hour is named', () => {
      expect(ticks('30 * * * *', 'Europe/Berlin', '2026-10-25T00:00:00Z', 4)).toEqual([
        '2026-10-25T00:30Z',
        '2026-10-25T01:30Z',
        '2026-10-25T02:30Z',
        '2026-10-25T03:30Z',
      ]);
    });
  });

  it.each([
    [
      'a time in the gap of Sydney',
      '30 2 * * *',
      'Australia/Sydney',
      '2026-10-03T00:00Z',
      ['2026-10-03T16:00Z', '2026-10-04T15:30Z'],
    ],
    [
      'several times in one gap',
      '0,15,30 2 * * *',
      'Europe/Berlin',
      '2026-03-29T00:00Z',
      ['2026-03-29T01:00Z', '2026-03-30T00:00Z'],
    ],
    [
      'seconds in the gap',
      '20 30 2 * * *',
      'Europe/Berlin',
      '2026-03-29T00:00Z',
      ['2026-03-29T01:00Z', '2026-03-30T00:30:20.000Z'],
    ],
    [
      'a gap that begins at midnight',
      '0 0 * * *',
      'America/Santiago',
      '2026-09-05T12:00Z',
      ['2026-09-06T04:00Z', '2026-09-07T03:00Z'],
    ],
    [
      'hours one by one in autumn',
      '0 1-5 * * *',
      'Europe/London',
      '2026-10-24T23:59Z',
      ['2026-10-25T00:00Z', '2026-10-25T02:00Z'],
    ],
    [
      'two hours in autumn',
      '30 2,3 * * *',
      'Europe/Berlin',
      '2026-10-24T23:00Z',
      ['2026-10-25T00:30Z', '2026-10-25T02:30Z'],
    ],
    [
      'some minutes of one hour in autumn',
      '*/30 2 * * *',
      'Europe/Berlin',
      '2026-10-25T00:15Z',
      ['2026-10-25T00:30Z', '2026-10-26T01:00Z'],
    ],
    [
      'a time within half an hour that comes twice',
      '45 1 * * *',
      'Australia/Lord_Howe',
      '2026-04-04T14:00Z',
      ['2026-04-04T14:45Z', '2026-04-05T15:15Z'],
    ],
    [
      'a day that a zone left out',
      '0 9 30 12 *',
      'Pacific/Apia',
      '2011-12-29T00:00Z',
      ['2011-12-30T10:00Z', '2012-12-29T19:00Z'],
    ],
  ])('fires once for %s', (_, cron, zone, after, expected) => {
    expect(ticks(cron, zone, after, 2)).toEqual(expected);
  });

  it.each([
    ['minutes', '*/15 * * * *', 900],
    ['seconds', '*/20 * * * * *', 20],
    ['hours', '0 0-23 * * *', 3_600],
  ])('goes by elapsed time for a text of %s, in zones that change by whole hours', (_, cron, seconds) => {
    for (const zone of ['Australia/Sydney', 'Pacific/Auckland', 'America/Santiago', 'Africa/Casablanca'])
      for (const start of ['2026-02-14', '2026-03-21', '2026-04-04', '2026-09-05', '2026-09-26', '2026-10-03']) {
        const startMs = Date.parse(`${start}T00:00:00Z`);
        const expected = Array.from({ length: 200 }, (_step, step) => startMs + (step + 1) * seconds * 1_000);
        const next = ticksOf(cron, zone);
        let last = new Date(startMs);
        expect(expected.map(() => (last = next(last)).getTime())).toEqual(expected);
      }
  });

  it.each([
    ['Europe/Berlin', '2026-03-27', '2026-10-23'],
    ['America/New_York', '2026-03-06', '2026-10-30'],
    ['Australia/Sydney', '2026-04-03', '2026-10-02'],
    ['Asia/Tokyo', '2026-03-27', '2026-10-23'],
  ])('fires each hour of the night once a day around both changes of the clocks in %s', (zone, ...starts) => {
    for (const start of starts)
      for (const hour of [1, 2, 3]) {
        const found = ticks(`0 ${hour} * * *`, zone, `${start}T00:00:00Z`, 5);
        const days = found.map((tick) => new Date(tick).toLocaleDateString('en-CA', { timeZone: zone }));
        expect(new Set(days).size).toBe(5);
      }
  });
});

describe('requireCron', () => {
  const issueOf = (cron: string, zone = 'UTC'): unknown => {
    try {
      requireCron('@ScheduledJob on Reports.weekly', cron, zone);
      return 'accepted';
    } catch (error) {
      expect(error).toMatchObject({ code: 'JOBS_INVALID_OPTION' });
      return (error as { issues: unknown[] }).issues[0];
    }
  };

  it.each(['0 9 * * MON', '*/15 8-18 * * mon-fri', '0 0 2 * * *', '0 0 29 2 *', '0 0 * * 7'])('accepts %s', (cron) => {
    expect(issueOf(cron)).toBe('accepted');
  });

  it.each([
    ['', 'is not cron text'],
    ['* * * *', 'Too few fields'],
    ['* * * * * * *', 'Too many fields'],
    ['61 * * * *', 'out of range'],
    ['* * * 13 *', 'out of range'],
    ['5-1 * * * *', 'invalid range'],
    ['*/0 * * * *', 'step of zero'],
    ['0 9 * * FOO', 'Unknown alias: foo'],
    ['@daily', 'is not cron text'],
    ['0 9 * * 1; drop table jobs', 'is not cron text'],
    ['2026-01-01', 'Too few fields'],
    ['0 9 * * \u0000', 'is not cron text'],
    [`0${' '.repeat(100)}9 * * *`, 'is not cron text'],
  ])('refuses %j, saying on which method and why', (cron, why) => {
    expect(issueOf(cron)).toEqual({
      path: '@ScheduledJob on Reports.weekly.cron',
      message: expect.stringContaining(why) as string,
    });
  });

  it.each(['0 0 30 2 *', '0 0 31 4,6,9,11 *'])('refuses %s, which never fires', (cron) => {
    expect(issueOf(cron)).toMatchObject({ message: expect.stringContaining('never fires') as string });
  });

  it.each(['0 0 1--100000000 * *', '0 0 1-100000000 * *', '*/100000000 * * * *', `${'9'.repeat(99)} * * * *`])(
    'refuses %s, made to eat memory, at once',
    (cron) => {
      const startedMs = performance.now();
      expect(issueOf(cron)).toMatchObject({ message: expect.stringContaining('is not cron text') as string });
      expect(performance.now() - startedMs).toBeLessThan(100);
    },
  );

  it.each(['Mars/Base', '', '+09:00', 'UTC+9', 'Asia/Tokyo; x'])('refuses the zone %j', (zone) => {
    expect(issueOf('0 9 * * *', zone)).toEqual({
      path: '@ScheduledJob on Reports.weekly.timeZone',
      message: expect.stringContaining('is not an IANA time zone such as "Asia/Tokyo"') as string,
    });
  });
});
