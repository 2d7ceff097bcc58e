import { afterWriteError, type FailedWrite } from './after-write-error.js';

const WRITE: FailedWrite = { outcomes: 500, tookMs: 20, triesBefore: 0, mayWrite: true };
const ALONE = { outcomes: 1 };
const LONG = { tookMs: 9_000 };
const code = (text: string) => Object.assign(new Error('refused'), { code: text });
const TIMEOUT = code('57014');
const NO_ANSWER = new Error('Query read timeout: no answer for 10000 ms');
const BROKEN = code('ECONNRESET');

describe('what becomes of outcomes that could not be written', () => {
  it.each([
    ['a statement that timed out', TIMEOUT, {}, 'aside'],
    ['one outcome that timed out', TIMEOUT, ALONE, 'alone'],
    ['a statement without an answer', NO_ANSWER, {}, 'aside'],
    ['a statement for which the server has no memory', code('53200'), {}, 'aside'],
    ['a line that broke at once', BROKEN, {}, 'again'],
    ['a line that broke after a long time', BROKEN, LONG, 'aside'],
    ['a line that broke after a long time, with one outcome', BROKEN, { ...LONG, ...ALONE }, 'alone'],
    ['a line that breaks each time', BROKEN, { triesBefore: 4 }, 'aside'],
    ['a line that breaks each time, with one outcome', BROKEN, { triesBefore: 40, ...ALONE }, 'again'],
    ['a full disk', code('53100'), {}, 'again'],
    ['a standby, however often', code('25006'), { triesBefore: 40 }, 'again'],
    ['a grant that is missing, however often', code('42501'), { triesBefore: 40 }, 'again'],
    ['a deadlock', code('40P01'), {}, 'again'],
    ['a value that cannot be stored', code('22P05'), {}, 'halves'],
    ['one outcome that cannot be stored', code('22P05'), ALONE, 'fail'],
    ['a locked row', code('55P03'), {}, 'halves'],
    ['one outcome whose row is locked', code('55P03'), ALONE, 'alone'],
    ['a trigger that refuses', code('P0001'), {}, 'halves'],
    ['one outcome that a trigger refuses', code('P0001'), ALONE, 'alone'],
    ['anything when there is no time left', TIMEOUT, { mayWrite: false }, 'give up'],
  ])('of %s', (_, error, given, expected) => {
    expect(afterWriteError(error, { ...WRITE, ...given })).toBe(expected);
  });
});
