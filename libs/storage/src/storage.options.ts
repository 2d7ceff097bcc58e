export const STORAGE_OPTIONS = Symbol('monstera:storage-options');

export interface StorageLimits {
  /** A transfer that moves no byte for so long is given up, in milliseconds. */
  idleMs: number;
  /** Longest whole transfer of a job, in milliseconds. Keep it below the job's `timeoutMs`. */
  transferMs: number;
  /** Longest whole download, in milliseconds. */
  downloadMs: number;
  /** Downloads at once, per process. Each holds two sockets. */
  maxDownloads: number;
  /** How long one more download waits for its turn before it is answered with 503, in milliseconds. */
  downloadWaitMs: number;
}

export const DEFAULT_LIMITS: StorageLimits = {
  idleMs: 30_000,
  transferMs: 120_000,
  downloadMs: 600_000,
  maxDownloads: 500,
  downloadWaitMs: 10_000,
};

export interface StorageModuleOptions {
  /** S3 bucket. Default none: objects are files under `dir`, and the other S3 options mean nothing. */
  bucket?: string;
  /** URL of an S3 endpoint that is not Amazon's. Default: Amazon's of the region. */
  endpoint?: string;
  /** Default `us-east-1`, which most other vendors' servers ignore. */
  region?: string;
  /** With `secretAccessKey`. Default: the SDK's own chain (environment, shared files, instance role). */
  accessKeyId?: string;
  secretAccessKey?: string;
  /** `endpoint/bucket/key` instead of `bucket.endpoint/key`, as most self-hosted servers want it. Default false. */
  forcePathStyle?: boolean;
  /** Folder of the files while there is no `bucket`. Made with the first object. */
  dir: string;
  /** Default: 30 s without a byte, 2 min for a job's transfer, 10 min for a download, 500 downloads, 10 s of waiting. */
  limits?: Partial<StorageLimits>;
}
