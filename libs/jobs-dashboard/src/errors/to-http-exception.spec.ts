import { ForbiddenException } from '@nestjs/common';
import { JobConflictError, JobNotFoundError, JobsConfigurationError } from '@monstera/jobs';
import { toHttpException } from './to-http-exception.js';

const bodyOf = (error: unknown) => toHttpException(error).getResponse();

describe('toHttpException', () => {
  it('answers errors of the library with their code, what and fix', () => {
    expect(bodyOf(new JobNotFoundError('42'))).toEqual({
      statusCode: 404,
      errorCode: 'JOBS_NOT_FOUND',
      message: 'There is no job "42".',
      issues: [],
      fix: expect.stringContaining('pruned'),
    });
  });

  it('answers every conflict with 409, whatever its code', () => {
    expect(bodyOf(new JobConflictError({ code: 'JOBS_SOMETHING', what: 'No.' }))).toMatchObject({
      statusCode: 409,
      errorCode: 'JOBS_SOMETHING',
    });
  });

  it.each([{ code: 'ECONNREFUSED' }, { driverError: { code: '57P01' } }, { code: '08006' }])(
    'answers 503 when the database is away: %j',
    (parts) => {
      const error = Object.assign(new Error('connect 10.0.0.5:5432 as app'), parts);

      expect(bodyOf(error)).toMatchObject({ statusCode: 503, errorCode: 'JOBS_DATABASE_UNAVAILABLE' });
      expect(JSON.stringify(bodyOf(error))).not.toContain('10.0.0.5');
    },
  );

  it.each([
    new Error('relation "secret" does not exist'),
    Object.assign(new Error('syntax error'), { code: '42601' }),
    new JobsConfigurationError({ code: 'JOBS_NOT_POSTGRES', what: 'Not for callers.' }),
    'thrown text',
    null,
  ])('answers 500 without details for %s', (error) => {
    expect(bodyOf(error)).toMatchObject({ statusCode: 500, errorCode: 'JOBS_INTERNAL_ERROR' });
    expect(JSON.stringify(bodyOf(error))).not.toMatch(/secret|syntax|callers|thrown/);
  });

  it('leaves exceptions of Nest as they are', () => {
    const exception = new ForbiddenException();
    expect(toHttpException(exception)).toBe(exception);
  });

  it('answers at most twenty issues', () => {
    const issues = Array.from({ length: 50 }, (_, i) => ({ path: `p${i}`, message: 'no' }));
    const body = bodyOf(new JobConflictError({ code: 'JOBS_MANY', what: 'Many.', issues }));

    expect((body as { issues: unknown[] }).issues).toHaveLength(20);
  });
});
