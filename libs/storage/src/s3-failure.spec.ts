import { PermanentJobError } from '@monstera/jobs';
import { explainS3Failure, isMissingObject } from './s3-failure.js';

function failure(name: string, httpStatusCode?: number, fields: object = {}): Error {
  return Object.assign(new Error(`${name} happened`), { name, $metadata: { httpStatusCode } }, fields);
}

describe('explainS3Failure', () => {
  it.each([
    ['AccessDenied', 403, 's3:PutObject'],
    ['NoSuchBucket', 404, 'Create the bucket, or correct S3_BUCKET.'],
    ['InvalidAccessKeyId', 403, 'access key id'],
    ['SignatureDoesNotMatch', 403, 'secret access key'],
    ['PermanentRedirect', 301, 'S3_REGION'],
    ['EntityTooLarge', 400, "See the storage's answer above."],
  ])('makes %s permanent and says what to do', (name, status, fix) => {
    const error = failure(name, status);
    const explained = explainS3Failure(error, 'reports');

    expect(explained).toBeInstanceOf(PermanentJobError);
    expect(explained).toMatchObject({ cause: error, message: expect.stringContaining(fix) });
    expect((explained as Error).message).toMatch(/^STORAGE_REFUSED: bucket "reports" answered /);
  });

  it.each([
    failure('InternalError', 500),
    failure('SlowDown', 503),
    failure('SlowDown', 400),
    failure('RequestTimeout', 400),
    failure('TooManyRequests', 429),
    failure('OperationAborted', 409),
    failure('Odd', 400, { $retryable: { throttling: true } }),
    failure('TimeoutError'),
    Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' }),
    'odd',
  ])('leaves %s as it is', (error) => {
    expect(explainS3Failure(error, 'reports')).toBe(error);
  });
});

describe('isMissingObject', () => {
  it('tells a missing object from a missing bucket', () => {
    expect(isMissingObject(failure('NoSuchKey', 404))).toBe(true);
    expect(isMissingObject(failure('NoSuchBucket', 404))).toBe(false);
  });
});
