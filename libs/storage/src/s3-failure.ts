import { PermanentJobError } from '@monstera/jobs';

interface S3Failure extends Error {
  $metadata?: { httpStatusCode?: number };
  $retryable?: { throttling?: boolean };
}

/**
 * 4xx answers that pass by themselves: slow networks, conflicting writes, throttling, a clock that the SDK corrects, a
 * role's credentials that it renews.
 */
const PASSING = new Set([
  'ExpiredToken',
  'OperationAborted',
  'RequestTimeout',
  'RequestTimeTooSkewed',
  'SlowDown',
  'Throttling',
  'ThrottlingException',
  'TooManyRequestsException',
]);
const PASSING_STATUS = new Set([408, 409, 425, 429]);

const MEND: Record<string, string> = {
  AccessDenied: 'Allow these credentials s3:GetObject, s3:PutObject and s3:ListBucket on the bucket.',
  NoSuchBucket: 'Create the bucket, or correct S3_BUCKET.',
  InvalidAccessKeyId: 'Correct the S3 access key id.',
  SignatureDoesNotMatch: 'Correct the S3 secret access key.',
  PermanentRedirect: 'Correct S3_REGION or S3_ENDPOINT: the bucket is somewhere else.',
};

/** True for "there is no such object"; "there is no such bucket" is a refusal. */
export function isMissingObject(error: unknown): boolean {
  return error instanceof Error && (error.name === 'NoSuchKey' || error.name === 'NotFound');
}

/**
 * Tells refusals, which the same request would meet again, from failures that pass: the former become a
 * `PermanentJobError` that says what to do, the latter (5xx, throttling, network) are returned as they are.
 */
export function explainS3Failure(error: unknown, bucket: string): unknown {
  if (!(error instanceof Error) || !isRefusal(error)) return error;
  const fix = MEND[error.name] ?? "See the storage's answer above.";
  return new PermanentJobError(
    `STORAGE_REFUSED: bucket "${bucket}" answered ${error.name}: ${error.message}\n  ${fix} Then retry the job.`,
    { cause: error },
  );
}

function isRefusal({ name, $metadata, $retryable }: S3Failure): boolean {
  const status = $metadata?.httpStatusCode ?? 0;
  if ($retryable || PASSING.has(name) || PASSING_STATUS.has(status)) return false;
  return status >= 300 && status < 500;
}
