import { createHash, randomFillSync } from 'node:crypto';
import { InvalidJobOptionError } from './job.errors.js';

/** Slots are fixed for ever, shards are not: a shard count that is a power of two maps onto them at any time. */
const SLOT_COUNT = 65_536;

export interface JobAddress {
  id: string;
  shard: number;
}

const entropy = Buffer.alloc(4_096);
let entropyUsed = entropy.length;
let lastMs = 0;
let sequence = 0;

/** Ids run at most this far ahead of the clock; a last id beyond it was made from a wrong reading. */
const MAX_AHEAD_MS = 120_000;

/**
 * A UUIDv7 (RFC 9562) whose last two bytes carry the job's slot, so that whoever holds an id knows its shard.
 * Ids made by one process are strictly increasing: a 12-bit counter follows the millisecond, and a full counter
 * borrows the next millisecond. Only where the clock falls back by more than two minutes, ids start again from it.
 */
export function newJobAddress(slot: number, shardCount: number, nowMs: number = Date.now()): JobAddress {
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
  bytes.writeUInt16BE(slot, 14);
  return { id: formatUuid(bytes), shard: slot % shardCount };
}

/** The concurrency key decides, else the unique key, else chance: rows that exclude each other share a shard. */
export function slotFor(keys: { concurrencyKey?: string | null; uniqueKey?: string | null }): number {
  const key = keys.concurrencyKey ?? keys.uniqueKey;
  if (key === null || key === undefined) return Math.floor(Math.random() * SLOT_COUNT);
  return createHash('sha256').update(key).digest().readUInt16BE(0);
}

/** Throws `InvalidJobOptionError` if `id` is not a UUID. */
export function shardOf(id: string, shardCount: number): number {
  if (!isUuid(id))
    throw new InvalidJobOptionError(
      'id',
      `${JSON.stringify(id)} is not a UUID`,
      'Give the id that enqueuing answered with.',
    );
  return Number.parseInt(id.slice(-4), 16) % shardCount;
}

export function isUuid(value: unknown): value is string {
  return typeof value === 'string' && /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(value);
}

/** 16 random bytes, of which the caller may overwrite some. Drawn in blocks: asking the system for each id costs more. */
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
