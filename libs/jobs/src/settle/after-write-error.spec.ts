import { afterWriteError, type FailedWrite } from './after-write-error.js';

const WRITE: FailedWrite = { outcomes: 500, tookMs: 20, triesBefore: 0, mayWrite: true };
const ALONE = { outcomes: 1 };
const LONG = { tookMs: 9_000 };
const code = (text: string) => Object.assign(new Error('refused'), { code: text });
const TIMEOUT = code('57014');
const NO_ANSWER = new Error('Query read timeout: no answer for 10000 ms');
/** An error that a trigger of the host raised, with an SQLSTATE of its choice. */
const raised = (text: string) => Object.assign(code(text), { routine: 'exec_stmt_raise', where: 'PL/pgSQL function' });
/** An error of the server inside a trigger of the host. */
const met = (text: string) => Object.assign(code(text), { routine: 'mdextend', where: 'PL/pgSQL function' });
const BROKEN = code('ECONNRESET');

describe('afterWriteError()', () => {
  it.each([
    ['a statement that timed out', TIMEOUT, {}, 'aside'],
    ['one outcome that timed out', TIMEOUT, ALONE, 'alone'],
    ['a statement without an answer', NO_ANSWER, {}, 'aside'],
    ['a statement for which the server has no memory', code('53200'), {}, 'aside'],
    ['a connection that broke at once', BROKEN, {}, 'again'],
    ['a connection that broke after a long time', BROKEN, LONG, 'aside'],
    ['a connection that broke after a long time, with one outcome', BROKEN, { ...LONG, ...ALONE }, 'alone'],
    ['a connection that breaks each time', BROKEN, { triesBefore: 4 }, 'aside'],
    ['a connection that breaks each time, with one outcome', BROKEN, { triesBefore: 40, ...ALONE }, 'again'],
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
    ['one outcome that a trigger keeps refusing', code('P0001'), { ...ALONE, triesBefore: 7 }, 'fail'],
    ['one outcome whose row stays locked', code('55P03'), { ...ALONE, triesBefore: 70 }, 'alone'],
    ['a trigger that denies it', raised('42501'), {}, 'halves'],
    ['one outcome that a trigger denies', raised('42501'), ALONE, 'alone'],
    ['a trigger that raises a serialization failure', raised('40001'), {}, 'halves'],
    ['a trigger that raises what a full disk does', raised('53100'), {}, 'halves'],
    ['a disk that a trigger finds full', met('53100'), {}, 'again'],
    ['a disk that a trigger finds full, however often', met('53100'), { ...ALONE, triesBefore: 70 }, 'again'],
    ['a standby on which a trigger writes, however often', met('25006'), { ...ALONE, triesBefore: 70 }, 'again'],
    ['a trigger that may not write, with one outcome', met('42501'), ALONE, 'alone'],
    ['a policy that refuses the row', Object.assign(code('42501'), { routine: 'ExecWithCheckOptions' }), {}, 'halves'],
    ['a lock that is waited for in vain in a deadlock', Object.assign(code('40P01'), { where: 'tuple' }), {}, 'again'],
    ['anything when there is no time left', TIMEOUT, { mayWrite: false }, 'give up'],
  ])('decides what follows %s', (_, error, given, expected) => {
    expect(afterWriteError(error, { ...WRITE, ...given })).toBe(expected);
  });
});
