import { createHash, randomFillSync } from 'node:crypto';
import { InvalidJobOptionError } from './job.errors.js';

/** The number of buckets never changes. A shard count that is a power of two maps onto them at any time. */
const BUCKETS = 65_536;

export interface JobAddress {
  id: string;
  shard: number;
}

const entropy = Buffer.alloc(4_096);
let entropyUsed = entropy.length;
let lastMs = 0;
let sequence = 0;

/** How far ids may run ahead of the clock, in milliseconds. If the last id is further ahead, the clock was wrong. */
const MAX_AHEAD_MS = 120_000;

/**
 * A UUIDv7 (RFC 9562) whose last two bytes are the job's bucket, so that an id alone shows its shard
 * (docs/decisions/0002-router-safe-schema.md).
 *
 * The ids of one process increase: a 12-bit counter follows the millisecond, and a full counter borrows the next
 * millisecond. Only if the clock falls back by more than two minutes do ids follow it back.
 */
export function newJobAddress(bucket: number, shardCount: number, nowMs: number): JobAddress {
  if (nowMs > lastMs || nowMs < lastMs - MAX_AHEAD_MS) {
    lastMs = nowMs;
    sequence = 0;
  } else if (++sequence > 0xfff) {
    lastMs += 1;
    sequence = 0;
  }
  const bytes = nextEntropy();
  bytes.writeUIntBE(lastMs, 0, 6);
  bytes.writeUInt16BE(0x7000 | sequence, 6);
  bytes[8] = 0x80 | (bytes[8]! & 0x3f);
  bytes.writeUInt16BE(bucket, 14);
  return { id: formatUuid(bytes), shard: bucket % shardCount };
}

/** A key decides the bucket, so that rows that exclude each other share a shard. Without keys it is random. */
export function bucketFor(keys: { concurrencyKey?: string | null; uniqueKey?: string | null }): number {
  const key = keys.concurrencyKey ?? keys.uniqueKey;
  if (key === null || key === undefined) return Math.floor(Math.random() * BUCKETS);
  return createHash('sha256').update(key).digest().readUInt16BE(0);
}

/** The bucket in the last two bytes of an id. */
export function bucketOf(id: string): number {
  return Number.parseInt(id.slice(-4), 16);
}

/** Throws `InvalidJobOptionError` if `id` is not a UUID. */
export function shardOf(id: string, shardCount: number): number {
  if (!isUuid(id))
    throw new InvalidJobOptionError(
      'id',
      `${JSON.stringify(id)} is not a UUID`,
      'Pass the id that enqueue() returned.',
    );
  return bucketOf(id) % shardCount;
}

export function isUuid(value: unknown): value is string {
  return typeof value === 'string' && /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(value);
}

/** 16 random bytes that the caller may overwrite. Drawn in blocks, because a system call per id costs more. */
function nextEntropy(): Buffer {
  if (entropyUsed === entropy.length) {
    randomFillSync(entropy);
    entropyUsed = 0;
  }
  return entropy.subarray(entropyUsed, (entropyUsed += 16));
}

function formatUuid(bytes: Buffer): string {
  const hex = bytes.toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
