/** Each doubling of a time is divided into this many buckets of the same width. */
const PARTS = 4;
/** Times below this are in buckets of a quarter of a millisecond. */
const UNITS_PER_MS = 4;
const MAX_UNITS = 2 ** 31 - 1;

/**
 * The number of buckets. The first four are 0 to 1 ms in steps of a quarter. After them, each doubling of the time has four
 * buckets of the same width: 1, 1.25, 1.5, 1.75, 2, 2.5, 3, 3.5, 4, 5 ms and so on. The last one has no end; it begins at
 * about 5.4 days.
 */
export const BUCKETS = 120;

/** The bucket of a time. Takes the same few operations for every time. */
export function bucketOf(ms: number): number {
  const units = ms > 0 ? Math.min(Math.floor(ms * UNITS_PER_MS), MAX_UNITS) : 0;
  if (units < PARTS) return units;
  const doubling = 31 - Math.clz32(units);
  return PARTS * (doubling - 1) + ((units >> (doubling - 2)) & (PARTS - 1));
}

/** Where a bucket begins, in milliseconds. It ends where the next one begins. */
export function startOfBucket(bucket: number): number {
  if (bucket < PARTS) return bucket / UNITS_PER_MS;
  const doubling = Math.floor(bucket / PARTS) + 1;
  return ((PARTS + (bucket % PARTS)) * 2 ** (doubling - 2)) / UNITS_PER_MS;
}

/**
 * The time that a share of all times do not exceed, from their numbers per bucket. It is the middle of the bucket that the
 * exact time is in, so it differs by at most an eighth of it, and below 1 ms by at most an eighth of a millisecond. Null
 * without times.
 */
export function quantile(counts: readonly number[], share: number): number | null {
  const total = counts.reduce((sum, count) => sum + count, 0);
  if (total === 0) return null;
  const rank = Math.max(1, Math.ceil(share * total));
  let bucket = 0;
  for (let below = counts[0]!; below < rank; below += counts[bucket]!) bucket++;
  return (startOfBucket(bucket) + startOfBucket(bucket + 1)) / 2;
}

/** The sum of histograms, bucket by bucket. */
export function sumOfHistograms(histograms: readonly (readonly number[])[]): number[] {
  const sum: number[] = [];
  for (const counts of histograms) for (const [i, count] of counts.entries()) sum[i] = (sum[i] ?? 0) + count;
  return sum;
}
