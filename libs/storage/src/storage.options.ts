export const STORAGE_OPTIONS = Symbol('monstera:storage-options');

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
}
