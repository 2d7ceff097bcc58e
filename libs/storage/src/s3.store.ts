import type { S3Client } from '@aws-sdk/client-s3';
import type { Readable } from 'node:stream';
import type { ObjectStore, OpenObject, StorageCallOptions, StoredObject } from './object-store.js';
import { explainS3Failure, isMissingObject } from './s3-failure.js';
import type { StorageModuleOptions } from './storage.options.js';

export type S3Options = Omit<StorageModuleOptions, 'dir' | 'limits'> & {
  bucket: string;
  /** Milliseconds without a byte after which a connection is closed. */
  idleMs: number;
};

const CONNECTION_TIMEOUT_MS = 5_000;

/** Unlimited, because jobs and downloads are limited before. A wait for a socket would look like a slow S3. */
const AGENT = { keepAlive: true, maxSockets: Infinity };

/** Keeps objects in a bucket of any S3 server. The SDK loads slowly, so the first call loads it. */
export class S3Store implements ObjectStore {
  private client?: Promise<S3Client>;

  constructor(private readonly options: S3Options) {}

  async put({ key, bytes, contentType }: StoredObject, { signal }: StorageCallOptions): Promise<void> {
    const { PutObjectCommand } = await import('@aws-sdk/client-s3');
    const command = new PutObjectCommand({ ...this.address(key), Body: bytes, ContentType: contentType });
    const client = await this.connected();
    await client.send(command, { abortSignal: signal }).catch((error: unknown) => this.refuse(error, signal));
  }

  async open(key: string, { signal }: StorageCallOptions): Promise<OpenObject | null> {
    const { GetObjectCommand } = await import('@aws-sdk/client-s3');
    const client = await this.connected();
    try {
      const answer = await client.send(new GetObjectCommand(this.address(key)), { abortSignal: signal });
      return answer.Body ? { stream: answer.Body as Readable, length: answer.ContentLength } : null;
    } catch (error) {
      if (isMissingObject(error)) return null;
      return this.refuse(error, signal);
    }
  }

  close(): void {
    void this.client?.then(
      (client) => client.destroy(),
      () => undefined,
    );
  }

  private address(key: string) {
    return { Bucket: this.options.bucket, Key: key };
  }

  private refuse(error: unknown, signal?: AbortSignal): never {
    signal?.throwIfAborted();
    throw explainS3Failure(error, this.options.bucket);
  }

  private connected(): Promise<S3Client> {
    return (this.client ??= this.connect());
  }

  private async connect(): Promise<S3Client> {
    const { S3Client } = await import('@aws-sdk/client-s3');
    const { endpoint, region = 'us-east-1', accessKeyId, secretAccessKey, forcePathStyle = false } = this.options;
    return new S3Client({
      endpoint,
      region,
      forcePathStyle,
      credentials: accessKeyId && secretAccessKey ? { accessKeyId, secretAccessKey } : undefined,
      requestHandler: {
        connectionTimeout: CONNECTION_TIMEOUT_MS,
        socketTimeout: this.options.idleMs,
        httpAgent: AGENT,
        httpsAgent: AGENT,
      },
      // Not all S3 servers support the newer checksums.
      requestChecksumCalculation: 'WHEN_REQUIRED',
      responseChecksumValidation: 'WHEN_REQUIRED',
    });
  }
}
