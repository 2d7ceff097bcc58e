import type { ClaimStore } from '../store/stages/claim.store.js';
import type { Lane, Mark } from '../store/lane.js';
import type { RunningJob } from '../slots/running-job.js';
import type { Clock } from '../support/time/clock.js';
import type { LeftOut } from '../store/sql/claim/claim-params.js';
import type { GivenClaims } from './given-claims.js';

export interface SiftedClaimsParts {
  claims: Pick<ClaimStore, 'findBehind'>;
  given: GivenClaims;
  shards: number;
  clock: Clock;
}

export interface SiftedRequest {
  lanes: readonly Lane[];
  limit: number;
  leftOut: LeftOut | null;
  /** Where the search of each of these lanes begins. */
  startsOf: (shard: number, lanes: readonly Lane[]) => readonly Readonly<Mark>[];
  /** The search has come to the end of these lanes, and whatever it found was tried. */
  onEnd: (shard: number, lanes: readonly Lane[]) => void;
}

/** Claims in vain, although a job is due, before one is sifted. */
const VAIN = 3;

/**
 * Claims in two steps, reading due jobs and then claiming them by id, while the database refuses the claim of some job.
 * The usual claim is one statement for many jobs, so a single row that cannot be changed would stop its lane.
 */
export class SiftedClaims {
  private vain = 0;
  private turn = 0;

  constructor(private readonly parts: SiftedClaimsParts) {}

  /** Whether claims must go this way. */
  get isNeeded(): boolean {
    const { refused } = this.parts.given;
    if (refused.size > 0) refused.forgetGone(this.parts.clock.steadyMs());
    return refused.size > 0 || this.vain >= VAIN;
  }

  /** The database has refused a claim because of one of its rows. */
  start(): void {
    this.vain = VAIN;
  }

  /** A claim found nothing. `dueMs` is when the next job falls due: if it is due, that job cannot be claimed. */
  noteNextDue(dueMs: number | null): void {
    this.vain = dueMs !== null && dueMs <= 0 ? this.vain + 1 : 0;
  }

  noteClaimed(jobs: number): void {
    if (jobs > 0) this.vain = 0;
  }

  /** As a claim, over lanes in their order. */
  async claim(request: SiftedRequest): Promise<RunningJob[]> {
    const { lanes, limit } = request;
    if (lanes.length === 0) return [];
    const order = inTurn(lanes, this.turn++);
    const claimed: RunningJob[] = [];
    for (let shard = 0; shard < this.parts.shards && claimed.length < limit; shard++)
      claimed.push(...(await this.claimShard(shard, { ...request, lanes: order, limit: limit - claimed.length })));
    return claimed;
  }

  private async claimShard(
    shard: number,
    { lanes, limit, leftOut, startsOf, onEnd }: SiftedRequest,
  ): Promise<RunningJob[]> {
    const { claims, given } = this.parts;
    const starts = startsOf(shard, lanes);
    const most = limit + given.refused.size;
    const { found } = await claims.findBehind({
      shard,
      lanes: lanes.map((lane, i) => ({ lane, after: starts[i]!, until: 'infinity' })),
      to: 'infinity',
      limit: most,
      leftOut,
    });
    const nowMs = this.parts.clock.steadyMs();
    const mayGo = found.filter(({ id }) => given.refused.mayTry(id, nowMs));
    const chosen = mayGo.slice(0, limit);
    const claimed = await given.claim(shard, chosen);
    if (found.length < most && mayGo.length === chosen.length) onEnd(shard, lanes);
    const taken = new Set(claimed.map(({ id }) => id));
    const endMs = this.parts.clock.steadyMs();
    for (const { id } of chosen) if (!taken.has(id) && given.refused.mayTry(id, endMs)) given.refused.missed(id, endMs);
    return claimed;
  }
}

/** Each time, another queue comes first within its priority. */
function inTurn(lanes: readonly Lane[], turn: number): Lane[] {
  const queues = [...new Set(lanes.map(({ queue }) => queue))];
  const place = new Map(queues.map((queue, i) => [queue, (i + turn) % queues.length]));
  return [...lanes].sort((a, b) => a.priority - b.priority || place.get(a.queue)! - place.get(b.queue)!);
}
