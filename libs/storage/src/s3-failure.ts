import { StorageError } from './storage.error.js';

interface S3Failure extends Error {
  $metadata?: { httpStatusCode?: number };
  $retryable?: { throttling?: boolean };
}

/** 4xx answers after which another attempt may succeed: slow networks, conflicting writes, throttling. */
const PASSING = new Set([
  'OperationAborted',
  'RequestTimeout',
  'SlowDown',
  'Throttling',
  'ThrottlingException',
  'TooManyRequestsException',
]);
const PASSING_STATUS = new Set([408, 409, 425, 429]);

const CREDENTIALS = 'Correct S3_ACCESS_KEY_ID and S3_SECRET_ACCESS_KEY, or the role of the machine.';
const PLACE = 'Correct S3_REGION or S3_ENDPOINT: the bucket is somewhere else.';

/** Errors of the account, the bucket or the clock, with their fix. They concern every object. */
const DENIED: Record<string, string> = {
  AccessDenied: 'Allow these credentials s3:GetObject, s3:PutObject and s3:ListBucket on the bucket.',
  AccountProblem: "Settle the account's problem with the vendor.",
  AllAccessDisabled: "Settle the account's problem with the vendor.",
  AuthorizationHeaderMalformed: PLACE,
  CredentialsProviderError: CREDENTIALS,
  ExpiredToken: CREDENTIALS,
  IllegalLocationConstraintException: PLACE,
  InvalidAccessKeyId: CREDENTIALS,
  InvalidBucketName: 'Correct S3_BUCKET.',
  InvalidSecurity: CREDENTIALS,
  InvalidToken: CREDENTIALS,
  NoSuchBucket: 'Create the bucket, or correct S3_BUCKET.',
  NotSignedUp: CREDENTIALS,
  PermanentRedirect: PLACE,
  RequestTimeTooSkewed: "Set the machine's clock.",
  SignatureDoesNotMatch: CREDENTIALS,
  TokenRefreshRequired: CREDENTIALS,
};

/** True if the object does not exist. A missing bucket is a refusal instead. */
export function isMissingObject(error: unknown): boolean {
  return error instanceof Error && (error.name === 'NoSuchKey' || error.name === 'NotFound');
}

/** Distinguishes refused requests, wrong settings, and failures that pass (5xx, throttling, network). */
export function explainS3Failure(error: unknown, bucket: string): StorageError {
  const failure = error instanceof Error ? (error as S3Failure) : new Error(String(error));
  const what = `bucket "${bucket}" answered ${failure.name}: ${failure.message}`;
  const deniedFix = DENIED[failure.name] ?? fixOfStatus(failure);
  if (deniedFix) return new StorageError('STORAGE_DENIED', { what, fix: deniedFix, cause: error });
  if (isRefusal(failure))
    return new StorageError('STORAGE_REFUSED', { what, fix: "See the storage's answer above.", cause: error });
  return new StorageError('STORAGE_UNAVAILABLE', {
    what: `bucket "${bucket}" cannot be reached: ${describe(failure)}`,
    fix: 'Check that the storage runs and that S3_ENDPOINT leads to it, then try again.',
    cause: error,
  });
}

/** For servers and proxies that deny access without an error code of S3. */
function fixOfStatus({ name, $metadata }: S3Failure): string | undefined {
  const unnamed = name === 'Error' || name === 'UnknownError' || name === 'Unknown' || /^\d+$/.test(name);
  const status = $metadata?.httpStatusCode;
  return unnamed && (status === 401 || status === 403) ? CREDENTIALS : undefined;
}

function isRefusal({ name, $metadata, $retryable }: S3Failure): boolean {
  const status = $metadata?.httpStatusCode ?? 0;
  if ($retryable || PASSING.has(name) || PASSING_STATUS.has(status)) return false;
  return status >= 300 && status < 500;
}

/** If all addresses of a host refuse, the error is an `AggregateError` with an empty message. */
function describe(failure: Error & { code?: string }): string {
  return `${failure.name}: ${failure.message || (failure.code ?? 'no answer')}`;
}
