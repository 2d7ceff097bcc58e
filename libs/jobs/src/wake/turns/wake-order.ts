/** A worker, as the order of a wake-up sees it. */
export interface Peer {
  id: string;
  hash: number;
}

/** The place of a worker in the order of one wake-up. */
export interface Place {
  /** How many trusted workers come before it. */
  rank: number;
  /** The trusted workers before it. */
  before: readonly string[];
  /** The workers before it that missed a turn lately. */
  skipped: readonly string[];
  /** How many workers are known. */
  workers: number;
}

export const FIRST: Place = { rank: 0, before: [], skipped: [], workers: 0 };

const STEP_MS = 5;
const DUE_SPAN_MS = 10_000;

/** 32-bit FNV-1a. */
export function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}

/**
 * The place of worker `ownHash` among its peers. All workers that know the same peers compute the same order, and each
 * token gives another one (rendezvous hashing, docs/decisions/0027-wake-order.md).
 */
export function placeAmong(
  peers: readonly Peer[],
  ownHash: number,
  token: number,
  doubts: { has: (id: string) => boolean },
): Place {
  const own = scoreOf(ownHash, token);
  const first = peers.filter(({ hash }) => scoreOf(hash, token) > own).map(({ id }) => id);
  if (first.length === 0) return FIRST;
  const before = first.filter((id) => !doubts.has(id));
  const skipped = first.filter((id) => doubts.has(id));
  return { rank: before.length, before, skipped, workers: peers.length };
}

/** How many workers should look for this many jobs: twice as many as would have room for them all. */
export function workersFor(jobs: number, slots: number): number {
  return jobs <= 1 ? 1 : Math.min(jobs, Math.ceil((2 * jobs) / slots));
}

/**
 * How long a worker waits before it checks whether the chosen ones took the jobs. The next in line waits 2.5 to 5 ms,
 * and each doubling of the place adds 5 ms.
 */
export function backUpDelayMs(placeInLine: number, random = Math.random()): number {
  return STEP_MS * (Math.floor(Math.log2(placeInLine + 1)) + 1 - random / 2);
}

/** The token of jobs that fall due at `dueMs` since 1970: the same for all workers, and a new one every 10 seconds. */
export function dueToken(dueMs: number): number {
  return Math.floor(dueMs / DUE_SPAN_MS);
}

function scoreOf(hash: number, token: number): number {
  let mixed = hash ^ Math.imul(token, 0x9e3779b1);
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}
