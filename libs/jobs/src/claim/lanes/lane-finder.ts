import type { ClaimStore } from '../../store/stages/claim.store.js';
import type { SurveyRow } from '../../store/sql/claim/survey-lanes.sql.js';
import type { ClaimedQueues } from '../claimed-queues.js';
import type { PausedTypes } from '../paused-types.js';
import type { ScanPolicy } from '../scan-policy.js';
import { LOOK_BACK_MS } from './claim-marks.js';
import { DueLanes } from './due-lanes.js';
import { lanesOf, type Lane } from '../../store/lane.js';
import type { LaneCount } from './lane-turns.js';
import type { Clock } from '../../support/time/clock.js';

export interface LaneFinderOptions {
  claims: Pick<ClaimStore, 'nextDueMs' | 'surveyLanes' | 'surveyLately'>;
  shards: number;
  clock: Clock;
  queues: Pick<ClaimedQueues, 'names'>;
  types: Pick<PausedTypes, 'leftOut'>;
}

/** Up to this many lanes, searching all of them costs less than finding out which have due jobs. */
const FEW_LANES = 64;
/** The most lanes that one claim searches. */
const MAX_LANES = 256;
/** How far claims look. */
type Reach = Pick<ScanPolicy, 'guarded' | 'isStepping'>;
/** Where claims of a lane start: a time as PostgreSQL writes it, or in ISO 8601. */
export type StartOf = (shard: number, lane: Lane) => string;

/**
 * Decides which lanes a claim searches: all of them, or those that may have due jobs if the worker has many queues
 * (docs/decisions/0019-lanes.md).
 */
export class LaneFinder {
  private queues: readonly string[] = [];
  private lanes: Lane[] = [];
  private due: DueLanes | null = null;
  private hasJustSurveyed = false;

  constructor(private readonly options: LaneFinderOptions) {}

  /** Every lane of the queues, by priority. */
  get all(): readonly Lane[] {
    const queues = this.options.queues.names;
    if (queues !== this.queues) {
      this.queues = queues;
      this.lanes = lanesOf(queues);
      this.due = this.lanes.length > FEW_LANES ? new DueLanes(queues, this.options.clock) : null;
    }
    return this.lanes;
  }

  /** While claims are guarded, it does not look for jobs that have been due for long. */
  async toSearch(reach: Reach): Promise<readonly Lane[]> {
    const { all, due } = this;
    if (!due) return all;
    this.hasJustSurveyed = due.isSurveyDue;
    if (due.isSurveyDue) await this.survey(due, reach);
    return due.list(MAX_LANES);
  }

  /** All lanes that may have due jobs, of paused types too. */
  async mayHaveDue(): Promise<readonly Lane[]> {
    const { all, due } = this;
    if (!due) return all;
    await this.surveyShards(due, (shard) => this.options.claims.surveyLanes({ shard, leftOut: null }));
    return due.list(Infinity);
  }

  /** Jobs may be due in any lane. */
  surveySoon(): void {
    this.due?.surveySoon();
  }

  /** Jobs may be due in these queues. If the worker has none of them, in any queue. */
  expect(queues: readonly string[]): void {
    this.due?.expect(queues);
  }

  /** Takes what a claim learned, one array per shard reached. A lane is empty if it is empty in all shards. */
  note(counts: readonly LaneCount[][]): void {
    const { due } = this;
    if (!due) return;
    const [first = [], ...others] = counts;
    const isAll = counts.length === this.options.shards;
    for (const { lane, isEmpty } of first) {
      const isEmptyToo = (other: LaneCount[]) => other.some((count) => count.lane === lane && count.isEmpty);
      if (isAll && isEmpty && others.every(isEmptyToo)) due.drop(lane);
      else due.postpone(lane);
    }
  }

  /** Milliseconds until a job falls due or it may ask again. Negative if one is due, null if nothing is planned. */
  async nextDueMs(reach: Reach, startOf: StartOf | null): Promise<number | null> {
    const { all, due } = this;
    if (!due) return this.askNextDue(all, startOf);
    const isAnswered = this.hasJustSurveyed;
    this.hasJustSurveyed = false;
    if (!isAnswered && due.nextDueMs !== -1 && due.restMs > 0) return due.restMs;
    if (!isAnswered) await this.survey(due, reach);
    return due.nextDueMs;
  }

  private survey(due: DueLanes, { guarded, isStepping }: Reach): Promise<void> {
    const { claims, queues, types } = this.options;
    const leftOut = types.leftOut(guarded);
    return this.surveyShards(due, (shard) => {
      if (!guarded) return claims.surveyLanes({ shard, leftOut });
      const given = { shard, leftOut, lookBackMs: LOOK_BACK_MS };
      // Unlike dead entries, jobs of paused types make no step to the next lane longer.
      return isStepping ? claims.surveyLanes(given) : claims.surveyLately({ ...given, queues: queues.names });
    });
  }

  private async surveyShards(due: DueLanes, survey: (shard: number) => Promise<SurveyRow>): Promise<void> {
    const { shards, clock } = this.options;
    const startedMs = clock.steadyMs();
    const answers: SurveyRow[] = [];
    for (let shard = 0; shard < shards; shard++) answers.push(await survey(shard));
    due.surveyed(answers, startedMs);
  }

  private async askNextDue(lanes: readonly Lane[], startOf: StartOf | null): Promise<number | null> {
    const leftOut = this.options.types.leftOut(startOf !== null);
    let earliest: number | null = null;
    for (let shard = 0; shard < this.options.shards; shard++) {
      const fromTimes = lanes.map((lane) => startOf?.(shard, lane) ?? '-infinity');
      const inMs = await this.options.claims.nextDueMs({ shard, lanes, fromTimes, leftOut });
      if (inMs !== null && (earliest === null || inMs < earliest)) earliest = inMs;
    }
    return earliest;
  }
}
