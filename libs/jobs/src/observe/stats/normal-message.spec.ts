import { groupFailures } from './failure-groups.js';
import { normalMessage, searchOf } from './normal-message.js';

describe('the normal message of an error', () => {
  it.each([
    ['Error: connect ECONNREFUSED 127.0.0.1:5432', 'Error: connect ECONNREFUSED <n>'],
    ['Error: timeout after 1,500.5 ms\n    at run (a.js:1:2)', 'Error: timeout after <n> ms'],
    ['Error: no user "Ada Lovelace" in \'engineering\'', 'Error: no user "…" in "…"'],
    ["TypeError: can't read `user.name`, it isn't there", 'TypeError: can\'t read "…", it isn\'t there'],
    ['550 <ada.l+x@mail.example.com> rejected', '<n> <<email>> rejected'],
    ['job 019a0000-0000-7000-8000-00000000beef is gone', 'job <uuid> is gone'],
    ['object 0xff at 64b7f1a2c9e1 failed', 'object <hex> at <hex> failed'],
    ['the facade was defaced', 'the facade was defaced'],
    ['user_17 of tenant42', 'user_<n> of tenant<n>'],
    ['  padded \r\nsecond', 'padded'],
    ['', ''],
  ])('of %j', (error, message) => {
    expect(normalMessage(error)).toBe(message);
  });

  it.each([
    ['Error: no user "…" in "…"', 'Error: no user'],
    ['<n> <<email>> rejected', '> rejected'],
    ['E<n>', null],
    ['', null],
  ])('is searched for as a part of %j', (message, search) => {
    expect(searchOf(message)).toBe(search);
  });
});

describe('groups of failed jobs', () => {
  const row = (id: string, type: string, message: string | null, finished_ms: number) => ({
    id,
    type,
    message,
    finished_ms,
  });

  it('have one type and message, the latest first, without cancelled jobs', () => {
    const groups = groupFailures(
      [
        row('1', 'mail', 'no user 7', 1_000),
        row('2', 'report', 'no user 7', 2_000),
        row('3', 'mail', 'no user 8', 3_000),
        row('4', 'mail', null, 4_000),
        row('5', 'mail', 'no disk', 1_500),
      ],
      10,
    );
    expect(groups).toMatchObject([
      { type: 'mail', message: 'no user <n>', count: 2, lastAt: new Date(3_000), sampleJobId: '3', search: 'no user' },
      {
        type: 'report',
        message: 'no user <n>',
        count: 1,
        lastAt: new Date(2_000),
        sampleJobId: '2',
        search: 'no user',
      },
      { type: 'mail', message: 'no disk', count: 1, lastAt: new Date(1_500), sampleJobId: '5', search: 'no disk' },
    ]);
    expect(new Set(groups.map(({ fingerprint }) => fingerprint)).size).toBe(3);
    expect(groupFailures([row('9', 'mail', 'no user 9', 0)], 10)[0]!.fingerprint).toBe(groups[0]!.fingerprint);
  });

  it('are of the last jobs only', () => {
    const rows = [row('1', 'mail', 'old', 1_000), row('2', 'mail', 'new', 2_000)];
    expect(groupFailures(rows, 1).map(({ message }) => message)).toEqual(['new']);
  });
});
