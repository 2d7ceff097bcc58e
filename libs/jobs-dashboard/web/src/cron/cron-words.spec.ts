import { cronWords } from './cron-words';

describe('cronWords', () => {
  it.each([
    ['* * * * * *', { kind: 'seconds', every: 1 }],
    ['*/15 * * * * *', { kind: 'seconds', every: 15 }],
    ['* * * * *', { kind: 'minutes', every: 1 }],
    ['*/5 * * * *', { kind: 'minutes', every: 5 }],
    ['0 * * * *', { kind: 'hours', every: 1, minute: 0 }],
    ['30 */2 * * *', { kind: 'hours', every: 2, minute: 30 }],
    ['0 3 * * *', { kind: 'daily', times: ['03:00'] }],
    ['15 8,20 * * *', { kind: 'daily', times: ['08:15', '20:15'] }],
    ['0 0 9 * * MON-FRI', { kind: 'weekly', days: [1, 2, 3, 4, 5], times: ['09:00'] }],
    ['0 9 * * 7,6', { kind: 'weekly', days: [0, 6], times: ['09:00'] }],
    ['0 0 1,15 * *', { kind: 'monthly', days: [1, 15], times: ['00:00'] }],
    ['0 4 24 DEC *', { kind: 'yearly', months: [12], days: [24], times: ['04:00'] }],
  ])('says %s', (cron, words) => {
    expect(cronWords(cron)).toEqual(words);
  });

  it.each([
    '',
    'rubbish',
    '0 3 1 * MON',
    '*/5 9-17 * * *',
    '0 0-23 * * *',
    '30 0 3 * * *',
    '0 3 * * MON#1',
    '0-99999 * * * *',
  ])('says nothing of "%s"', (cron) => {
    expect(cronWords(cron)).toBeNull();
  });
});
