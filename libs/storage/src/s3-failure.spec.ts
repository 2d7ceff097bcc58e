import { explainS3Failure, isMissingObject } from './s3-failure.js';
import { isStorageDown } from './storage.error.js';

function failure(name: string, httpStatusCode?: number, fields: object = {}): Error {
  return Object.assign(new Error(`${name} happened`), { name, $metadata: { httpStatusCode } }, fields);
}

describe('explainS3Failure', () => {
  it.each([
    ['AccessDenied', 403, 's3:PutObject'],
    ['NoSuchBucket', 404, 'Create the bucket, or correct S3_BUCKET.'],
    ['InvalidAccessKeyId', 403, 'S3_ACCESS_KEY_ID'],
    ['SignatureDoesNotMatch', 403, 'S3_SECRET_ACCESS_KEY'],
    ['ExpiredToken', 400, 'the role of the machine'],
    ['InvalidToken', 400, 'the role of the machine'],
    ['CredentialsProviderError', undefined, 'the role of the machine'],
    ['RequestTimeTooSkewed', 403, 'clock'],
    ['PermanentRedirect', 301, 'S3_REGION'],
    ['AuthorizationHeaderMalformed', 400, 'S3_REGION'],
    ['UnknownError', 401, 'S3_ACCESS_KEY_ID'],
    ['403', 403, 'S3_ACCESS_KEY_ID'],
  ])('takes %s for a denial, which lasts until somebody mends it, and says how', (name, status, fix) => {
    const error = failure(name, status);
    const explained = explainS3Failure(error, 'reports');

    expect(explained).toMatchObject({ code: 'STORAGE_DENIED', cause: error, fix: expect.stringContaining(fix) });
    expect(explained.message).toMatch(new RegExp(`^STORAGE_DENIED: bucket "reports" answered ${name}: `));
    expect(isStorageDown(explained)).toBe(true);
  });

  it.each([failure('EntityTooLarge', 400), failure('InvalidObjectState', 403), failure('InvalidRequest', 400)])(
    'takes %s for a refusal of this one request',
    (error) => {
      const explained = explainS3Failure(error, 'reports');

      expect(explained).toMatchObject({ code: 'STORAGE_REFUSED', cause: error });
      expect(isStorageDown(explained)).toBe(false);
    },
  );

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
    Object.assign(new AggregateError([], ''), { code: 'ECONNREFUSED' }),
    Object.assign(new Error('getaddrinfo ENOTFOUND s3.example.org'), { code: 'ENOTFOUND' }),
    'odd',
  ])('takes %s for a storage that cannot be reached', (error) => {
    const explained = explainS3Failure(error, 'reports');

    expect(explained).toMatchObject({ code: 'STORAGE_UNAVAILABLE', cause: error });
    expect(explained.message).toMatch(/cannot be reached: \w+: \S/);
    expect(isStorageDown(explained)).toBe(true);
  });
});

describe('isMissingObject', () => {
  it('tells a missing object from a missing bucket', () => {
    expect(isMissingObject(failure('NoSuchKey', 404))).toBe(true);
    expect(isMissingObject(failure('NoSuchBucket', 404))).toBe(false);
  });
});
