import type { SurveyRow } from '../../store/sql/claim/survey-lanes.sql.js';
import { laneKey, lanesOf, type Lane } from '../../store/lane.js';
import type { Clock } from '../../support/time/clock.js';

/** The share of the time that surveys may take. A survey costs one step for each lane with jobs. */
const SHARE = 1 / 20;
const SURVEY_EVERY_MS = 1_000;

/**
 * For a worker with many queues: the lanes that may have due jobs. A wake-up names queues, and a survey finds every
 * lane with pending jobs (docs/decisions/0019-lanes.md).
 */
export class DueLanes {
  private readonly due = new Map<string, Lane>();
  private readonly queues: ReadonlySet<string>;
  private surveyedMs = -Infinity;
  private tookMs = 0;
  /** When the first job that is not yet due falls due, by `Clock.steadyMs()`. */
  private nextMs = Infinity;

  constructor(
    queues: readonly string[],
    private readonly clock: Clock,
  ) {
    this.queues = new Set(queues);
  }

  /** At most `most` lanes: lower priority numbers first, and lanes of one priority in turn. */
  list(most: number): Lane[] {
    return [...this.due.values()].sort((a, b) => a.priority - b.priority).slice(0, most);
  }

  /** Jobs may be due in these queues. If the worker has none of them, in any queue. */
  expect(queues: readonly string[]): void {
    const own = queues.filter((queue) => this.queues.has(queue));
    for (const lane of lanesOf(own)) this.due.set(lane.key, lane);
    if (own.length === 0) this.surveySoon();
  }

  /** Jobs may be due in any lane. */
  surveySoon(): void {
    this.surveyedMs = -Infinity;
  }

  /** A claim reached the lane, and it may hold more. Other lanes come first now. */
  postpone({ key }: Lane): void {
    const lane = this.due.get(key);
    if (!lane) return;
    this.due.delete(key);
    this.due.set(key, lane);
  }

  /** The lane has no due job left. */
  drop({ key }: Lane): void {
    this.due.delete(key);
  }

  /** Whether to survey now: at once if no lane is known to have due jobs, else once a second. */
  get isSurveyDue(): boolean {
    if (this.restMs > 0) return false;
    return this.due.size === 0 || this.clock.steadyMs() - this.surveyedMs >= SURVEY_EVERY_MS;
  }

  /** Milliseconds until the next survey is allowed. */
  get restMs(): number {
    return Math.max(0, this.surveyedMs + this.tookMs / SHARE - this.clock.steadyMs());
  }

  /** Milliseconds until a job falls due, by the last survey. Negative if one is due, null if nothing is planned. */
  get nextDueMs(): number | null {
    if (this.due.size > 0) return -1;
    return Number.isFinite(this.nextMs) ? this.nextMs - this.clock.steadyMs() : null;
  }

  surveyed(answers: readonly SurveyRow[], startedMs: number): void {
    const nowMs = this.clock.steadyMs();
    this.surveyedMs = startedMs;
    this.tookMs = nowMs - startedMs;
    this.nextMs = Infinity;
    for (const { lanes } of answers)
      for (const { queue, priority, inMs } of lanes) {
        if (!this.queues.has(queue)) continue;
        if (inMs <= 0) this.due.set(laneKey(queue, priority), { queue, priority, key: laneKey(queue, priority) });
        else this.nextMs = Math.min(this.nextMs, nowMs + inMs);
      }
  }
}
