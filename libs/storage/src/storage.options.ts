export const STORAGE_OPTIONS = Symbol('monstera:storage-options');

export interface StorageLimits {
  /** Milliseconds without a byte after which a transfer is aborted. */
  idleMs: number;
  /** Time limit of a job's transfer, in milliseconds. Keep it below the job's `timeoutMs`. */
  transferMs: number;
  /** Time limit of a download, in milliseconds. */
  downloadMs: number;
  /** Downloads that one process runs at once. Each uses two sockets. */
  maxDownloads: number;
  /** Milliseconds that a further download waits for a slot before it is answered with 503. */
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
  /** S3 bucket. Default: none; objects are then files in `dir`, and the other S3 options are ignored. */
  bucket?: string;
  /** URL of an S3 endpoint that is not Amazon's. Default: Amazon's endpoint of the region. */
  endpoint?: string;
  /** Region of the bucket. Default: `us-east-1`. Most servers other than Amazon's ignore it. */
  region?: string;
  /** Needs `secretAccessKey`. Default: the SDK's own chain (environment, shared files, instance role). */
  accessKeyId?: string;
  secretAccessKey?: string;
  /** Use `endpoint/bucket/key` instead of `bucket.endpoint/key`. Most self-hosted servers need it. Default: false. */
  forcePathStyle?: boolean;
  /** Folder of the files if there is no `bucket`. Created with the first object. */
  dir: string;
  /** Default: 30 s without a byte, 2 min for a job's transfer, 10 min for a download, 500 downloads, 10 s of waiting. */
  limits?: Partial<StorageLimits>;
}
