import type { SurveyRow } from '../../store/sql/claim/survey-lanes.sql.js';
import { laneKey, lanesOf, type Lane } from '../../store/lane.js';

/** A survey costs a step for each lane that has jobs. It may take so much of the time. */
const SHARE = 1 / 20;
const SURVEY_EVERY_MS = 1_000;

/**
 * For a worker with many queues: the lanes that are worth a look. A wake-up names queues, and a survey finds the lanes that
 * have pending jobs.
 */
export class DueLanes {
  private readonly due = new Map<string, Lane>();
  private readonly queues: ReadonlySet<string>;
  private surveyedMs = -Infinity;
  private tookMs = 0;
  /** When the first job falls due of those that are not, by `performance.now()`. */
  private nextMs = Infinity;

  constructor(queues: readonly string[]) {
    this.queues = new Set(queues);
  }

  /** By priority, the most urgent first, and then in turn; no more than `most`. */
  list(most: number): Lane[] {
    return [...this.due.values()].sort((a, b) => a.priority - b.priority).slice(0, most);
  }

  /** Jobs may be due in these queues; with none of them known, anywhere. */
  expect(queues: readonly string[]): void {
    const own = queues.filter((queue) => this.queues.has(queue));
    for (const lane of lanesOf(own)) this.due.set(lane.key, lane);
    if (own.length === 0) this.surveyedMs = -Infinity;
  }

  /** A claim came to the lane, and it may hold more: others have their turn first. */
  postpone({ key }: Lane): void {
    const lane = this.due.get(key);
    if (!lane) return;
    this.due.delete(key);
    this.due.set(key, lane);
  }

  /** The lane holds no due job any more. */
  drop({ key }: Lane): void {
    this.due.delete(key);
  }

  /** Whether it is time for a survey: at once if no lane is known to have due jobs, and now and then in any case. */
  get isSurveyDue(): boolean {
    if (this.restMs > 0) return false;
    return this.due.size === 0 || performance.now() - this.surveyedMs >= SURVEY_EVERY_MS;
  }

  /** Milliseconds until the next survey may be made. */
  get restMs(): number {
    return Math.max(0, this.surveyedMs + this.tookMs / SHARE - performance.now());
  }

  /** By the last survey, milliseconds until a job falls due; negative if one is, null if nothing is planned. */
  get nextDueMs(): number | null {
    if (this.due.size > 0) return -1;
    return Number.isFinite(this.nextMs) ? this.nextMs - performance.now() : null;
  }

  surveyed(answers: readonly SurveyRow[], startedMs: number): void {
    const nowMs = performance.now();
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
