import { QueryFailedError } from 'typeorm';
import {
  classifyDatabaseError,
  databaseErrorCode,
  describeDatabaseError,
  isDatabaseDown,
  isLockTimeout,
  mayHaveCommitted,
} from './database-errors.js';

const withCode = (code: string, message = 'it went wrong') => Object.assign(new Error(message), { code });

describe('classifyDatabaseError', () => {
  it.each([
    ['a value that the column cannot hold', '22P02', 'data'],
    ['a unique key that is taken', '23505', 'data'],
    ['a key too long for its index', '54000', 'data'],
    ['a serialization failure', '40001', 'contended'],
    ['a deadlock', '40P01', 'contended'],
    ['a lock that was not granted in time', '55P03', 'contended'],
    ['a statement broken off by its timeout', '57014', 'slow'],
    ['a backend ended by an administrator', '57P01', 'unavailable'],
    ['a server that crashed', '57P02', 'unavailable'],
    ['a server that starts up', '57P03', 'unavailable'],
    ['a broken connection', '08006', 'unavailable'],
    ['a startup parameter that a pooler refuses', '08P01', 'unavailable'],
    ['a port that refuses', 'ECONNREFUSED', 'unavailable'],
    ['a reset line', 'ECONNRESET', 'unavailable'],
    ['a line closed by the other side', 'EPIPE', 'unavailable'],
    ['a line that timed out', 'ETIMEDOUT', 'unavailable'],
    ['a name that is not known', 'ENOTFOUND', 'unavailable'],
    ['a name service that does not answer', 'EAI_AGAIN', 'unavailable'],
    ['too many connections', '53300', 'exhausted'],
    ['a full disk', '53100', 'exhausted'],
    ['an I/O error of the server', '58030', 'exhausted'],
    ['a standby', '25006', 'read_only'],
    ['a missing grant', '42501', 'denied'],
    ['a wrong password', '28P01', 'denied'],
    ['a table that is not there', '42P01', 'denied'],
    ['an internal error of the server', 'XX000', 'unexpected'],
  ])('takes %s (%s) for %s', (_, code, kind) => {
    expect(classifyDatabaseError(withCode(code))).toBe(kind);
    expect(classifyDatabaseError({ driverError: withCode(code) })).toBe(kind);
  });

  it.each([
    ['Connection terminated unexpectedly', 'unavailable'],
    ['Connection terminated due to connection timeout', 'unavailable'],
    ['timeout exceeded when trying to connect', 'unavailable'],
    ['Query read timeout', 'slow'],
  ])('takes what pg says without a code, "%s", for %s', (message, kind) => {
    expect(classifyDatabaseError(new Error(message))).toBe(kind);
  });

  it.each([new TypeError('x is not a function'), new RangeError('too deep')])(
    'does not take a mistake of the code (%s) for an outage',
    (error) => {
      expect(classifyDatabaseError(error)).toBe('unexpected');
    },
  );

  it.each([null, undefined, 'a text', 7])('knows what to make of %p', (thrown) => {
    expect(classifyDatabaseError(thrown)).toBe('unavailable');
    expect(databaseErrorCode(thrown)).toBe('');
  });

  it('tells a lock timeout from other contention', () => {
    expect(isLockTimeout(withCode('55P03'))).toBe(true);
    expect(isLockTimeout(withCode('40P01'))).toBe(false);
  });
});

describe('mayHaveCommitted', () => {
  it.each(['23505', '40001', '25006', '42501'])('is false for %s: the server refused', (code) => {
    expect(mayHaveCommitted(withCode(code))).toBe(false);
  });

  it.each(['57P01', '57014', '58030', 'ECONNRESET'])('is true for %s: it may have come too late', (code) => {
    expect(mayHaveCommitted(withCode(code))).toBe(true);
  });

  it('is true where no answer came', () => {
    expect(mayHaveCommitted(new Error('Query read timeout'))).toBe(true);
  });
});

describe('isDatabaseDown', () => {
  const refused = new QueryFailedError('select 1', [], withCode('57P01'));
  const lost = new QueryFailedError('select 1', [], new Error('Connection terminated unexpectedly'));

  it.each([refused, lost, withCode('ECONNREFUSED'), withCode('57P03'), withCode('53300'), withCode('25006')])(
    'is true for what all work with the database meets: %s',
    (error) => {
      expect(isDatabaseDown(error)).toBe(true);
    },
  );

  it.each([withCode('23505'), withCode('42P01'), withCode('57014'), withCode('ERR_INVALID_ARG'), new Error('No user')])(
    'is false for what this work meets: %s',
    (error) => {
      expect(isDatabaseDown(error)).toBe(false);
    },
  );
});

describe('describeDatabaseError', () => {
  it('says what it means, with the code and the message, and never the detail, which repeats values', () => {
    const error = Object.assign(withCode('53300', 'sorry, too many clients already'), { detail: 'secret' });
    expect(describeDatabaseError(error)).toBe(
      'The database has run out of connections, memory or disk (53300): sorry, too many clients already',
    );
  });

  it('names every address that refused', () => {
    const refused = ['::1', '127.0.0.1'].map((at) => new Error(`connect ECONNREFUSED ${at}:5432`));
    const error = Object.assign(new AggregateError(refused, ''), { code: 'ECONNREFUSED' });
    expect(describeDatabaseError(error)).toBe(
      'The database does not answer (ECONNREFUSED): connect ECONNREFUSED ::1:5432; connect ECONNREFUSED 127.0.0.1:5432',
    );
  });
});
