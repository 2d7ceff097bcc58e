import { nextTimes } from './next-times.js';

const NOON = new Date('2026-03-28T12:00:00Z');
const texts = (times: Date[]) => times.map((time) => time.toISOString());

describe('nextTimes', () => {
  it('are those of the cron text in its zone, also across a change of the clock', () => {
    const schedule = { cron: '30 2 * * *', timeZone: 'Europe/Berlin' };
    expect(texts(nextTimes(schedule, NOON, 3))).toEqual([
      '2026-03-29T01:00:00.000Z',
      '2026-03-30T00:30:00.000Z',
      '2026-03-31T00:30:00.000Z',
    ]);
  });

  it('are those of 30 years at most', () => {
    const days = nextTimes({ cron: '0 0 29 2 *', timeZone: 'America/New_York' }, NOON, 100);
    expect(texts(days).map((text) => text.slice(0, 4))).toEqual([
      '2028',
      '2032',
      '2036',
      '2040',
      '2044',
      '2048',
      '2052',
      '2056',
    ]);
  });

  it.each([
    ['no cron text', 'UTC'],
    ['0 0 30 2 *', 'UTC'],
    ['0-99999999 * * * *', 'UTC'],
    ['0 0 * * *', 'Moon/Base'],
  ])('are none for "%s" in %s', (cron, timeZone) => {
    expect(nextTimes({ cron, timeZone }, NOON, 5)).toEqual([]);
  });
});
