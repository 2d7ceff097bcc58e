import fc from 'fast-check';
import { isUuid, newJobAddress, shardOf, bucketFor } from './job-id.js';

const timeOf = (id: string) => Number.parseInt(id.replaceAll('-', '').slice(0, 12), 16);
/** Later than any id of another test: the counter never goes back. */
let futureMs = Date.now() + 1_000_000;
const nextMs = () => (futureMs += 1_000_000);

describe('newJobAddress', () => {
  it('makes a UUIDv7: time first, then version 7 and the RFC 9562 variant', () => {
    const nowMs = nextMs();
    const { id } = newJobAddress(7, 1, nowMs);
    expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(timeOf(id)).toBe(nowMs);
  });

  it('carries the bucket in its last two bytes, and the shard follows from it', () => {
    fc.assert(
      fc.property(fc.nat(65_535), fc.nat(10), (bucket, bits) => {
        const { id, shard } = newJobAddress(bucket, 2 ** bits, futureMs);
        expect(Number.parseInt(id.slice(-4), 16)).toBe(bucket);
        expect(shard).toBe(bucket % 2 ** bits);
        expect(shardOf(id, 2 ** bits)).toBe(shard);
      }),
    );
  });

  it('increases strictly within a millisecond, past a full counter, and when the clock steps back', () => {
    const nowMs = nextMs();
    const ids = Array.from({ length: 10_000 }, () => newJobAddress(0, 1, nowMs).id);
    ids.push(newJobAddress(0, 1, nowMs - 60_000).id, newJobAddress(0, 1, nowMs + 60_000).id);
    expect(ids).toEqual([...new Set(ids)].sort());
  });

  it('forgets one wrong reading of the clock, far ahead or far behind', () => {
    const nowMs = nextMs();
    const [ahead, behind] = [nowMs + 86_400_000, nowMs - 86_400_000];
    const times = [ahead, nowMs, behind, nowMs + 1].map((readMs) => timeOf(newJobAddress(0, 1, readMs).id));
    expect(times).toEqual([ahead, nowMs, behind, nowMs + 1]);
  });

  it('borrows the next millisecond after 4,096 ids in one', () => {
    const nowMs = nextMs();
    const times = Array.from({ length: 4_097 }, () => timeOf(newJobAddress(0, 1, nowMs).id));
    expect(times.filter((time) => time === nowMs)).toHaveLength(4_096);
    expect(times.at(-1)).toBe(nowMs + 1);
  });
});

describe('bucketFor', () => {
  it('is the same for the same key, in every process and release', () => {
    expect(bucketFor({ uniqueKey: 'user-7' })).toBe(bucketFor({ uniqueKey: 'user-7' }));
    expect(bucketFor({ uniqueKey: 'user-7' })).toBe(0x0920);
  });

  it('lets the concurrency key decide before the unique key', () => {
    const concurrencyKey = 'tenant-1';
    expect(bucketFor({ concurrencyKey, uniqueKey: 'a' })).toBe(bucketFor({ concurrencyKey, uniqueKey: 'b' }));
    expect(bucketFor({ concurrencyKey: null, uniqueKey: 'a' })).toBe(bucketFor({ uniqueKey: 'a' }));
  });

  it('spreads jobs without a key over all buckets', () => {
    const buckets = Array.from({ length: 1_000 }, () => bucketFor({}));
    expect(new Set(buckets.map((bucket) => bucket % 8)).size).toBe(8);
    expect(buckets.every((bucket) => Number.isInteger(bucket) && bucket >= 0 && bucket < 65_536)).toBe(true);
  });
});

describe('shardOf', () => {
  it('knows the shard of ids written by hand: bucket 0', () => {
    expect(shardOf('019a0000-0000-7000-8000-000000000000', 32)).toBe(0);
    expect(shardOf('019A0000-0000-7000-8000-00000000002A', 32)).toBe(10);
  });

  it.each(['', '7', 'not-a-uuid', '019a0000-0000-7000-8000-00000000000', "019a0000-0000-7000-8000-000000000000'"])(
    'refuses %j',
    (id) => {
      expect(() => shardOf(id, 1)).toThrow(
        expect.objectContaining({ code: 'JOBS_INVALID_OPTION', issues: [expect.objectContaining({ path: 'id' })] }),
      );
    },
  );
});

describe('isUuid', () => {
  it('takes any version, such as the v4 ids of rows taken over from elsewhere', () => {
    expect(isUuid('8d7f9d3c-52c1-4a5e-9c2e-0d6a4f6c7b1e')).toBe(true);
  });

  it.each([undefined, null, 7, {}, '8d7f9d3c52c14a5e9c2e0d6a4f6c7b1e', '8d7f9d3c-52c1-4a5e-9c2e-0d6a4f6c7b1e\n'])(
    'refuses %p',
    (value) => {
      expect(isUuid(value)).toBe(false);
    },
  );
});
