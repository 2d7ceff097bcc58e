import { cautionOf, isNarrow, limitOf, probationMs, type Caution } from './caution.js';
import type { RunningJob } from './running-job.js';
import type { Clock } from '../support/time/clock.js';

/** A suspect that was handed back. The worker claims it by its id when its turn comes. */
export interface ParkedJob {
  readonly id: string;
  readonly shard: number;
  /** The run that was handed back. While the row still has it, no other worker has taken the job. */
  readonly run: number;
  readonly type: string;
  readonly queue: string;
  readonly caution: Caution;
}

/** The suspects on probation, and how many of them the strictest caution allows. */
interface Probation {
  jobs: number;
  limit: number;
}

/** Handing back takes a moment, or longer if another transaction has locked a row. */
const HANDING_BACK_MS = 1_000;
/** Further suspects are not remembered. They become due again by themselves. */
const MAX_PARKED = 10_000;
const MIN_DELAY_MS = 5_000;
const DELAY_EACH_MS = 50;
const MAX_DELAY_MS = 60_000;
/** How long the first in line may block the line before it goes to the end. */
const PATIENCE_MS = 10_000;
/** Slots that have been free for this long count as idle. */
const IDLE_AFTER_MS = 500;
/** A job that ends its process usually does so right after its start. */
const FIRST_MOMENT_MS = 250;

/**
 * Decides when the suspects of this process may start (docs/decisions/0025-quarantine.md). Jobs that have never crashed
 * do not wait for it.
 * Suspects `inside` hold a slot or wait for one. The others are parked: they are pending rows, so a crash of this
 * process does not affect them and other workers may take them.
 */
export class Quarantine {
  private readonly inside: RunningJob[] = [];
  private readonly parked = new Map<string, ParkedJob>();
  /** Suspects that were refused and are not handed back yet. */
  private readonly refused = new Map<RunningJob, ParkedJob>();
  private lastRefusedMs = -Infinity;
  private lastFullMs = -Infinity;
  private next: { id: string; sinceMs: number } | null = null;

  constructor(
    private readonly slots: () => number,
    private readonly clock: Clock,
  ) {}

  get isEmpty(): boolean {
    return this.inside.length === 0 && this.parked.size === 0 && this.refused.size === 0;
  }

  /** Call it when a job finds no free slot. */
  slotsAreFull(): void {
    if (!this.isEmpty) this.lastFullMs = this.clock.steadyMs();
  }

  /** Whether the job was called in. */
  has(job: RunningJob): boolean {
    return this.inside.includes(job);
  }

  /**
   * Refuses a claimed suspect and returns the delay for its hand-back, in milliseconds. Once the hand-back is written,
   * the job is parked. The delay grows with the number of parked jobs, because one that falls due before its turn has
   * to be refused again.
   */
  refuse(job: RunningJob): number {
    const { row, shard } = job;
    const { run, type, queue } = row;
    this.refused.set(job, { id: job.id, shard, run, type, queue, caution: cautionOf(row) });
    this.lastRefusedMs = this.clock.steadyMs();
    const waiting = this.parked.size + this.refused.size;
    return Math.min(MIN_DELAY_MS + waiting * DELAY_EACH_MS, MAX_DELAY_MS);
  }

  /** Lets in jobs whose turn it was. */
  callIn(jobs: readonly RunningJob[]): void {
    this.inside.push(...jobs);
  }

  /** Call it when the job has ended or is handed back. A refused job is then parked. */
  leave(job: RunningJob): void {
    const place = this.inside.indexOf(job);
    if (place >= 0) this.inside.splice(place, 1);
    const parked = this.refused.get(job);
    if (!parked) return;
    this.refused.delete(job);
    if (this.parked.size < MAX_PARKED) this.parked.set(job.id, parked);
  }

  /** How many slots the suspects that may start now will take, at most `limit`. */
  slotsWanted(limit: number): number {
    return this.fitting(this.waiting(), limit).length;
  }

  /** The parked jobs whose turn it is, in the order of parking, at most `limit`. */
  turns(limit: number): ParkedJob[] {
    // Any of these may end the process at once, so the others must be handed back first.
    const isHandingBack = this.refused.size > 0 && this.clock.steadyMs() - this.lastRefusedMs < HANDING_BACK_MS;
    if (this.parked.size === 0 || isHandingBack) return [];
    const turns = this.fitting(this.parked.values(), limit);
    if (turns.length === 0 && limit > 0) this.letOthersPass();
    return turns;
  }

  /** Removes jobs that are about to be called in. */
  unpark(jobs: readonly ParkedJob[]): void {
    for (const { id } of jobs) this.parked.delete(id);
  }

  /** Whether a dangerous start is imminent or has just happened. Then nothing should be claimed ahead. */
  get isCareful(): boolean {
    const [first] = this.parked.values();
    if (first && isNarrow(first.caution) && this.fits(first.caution, this.probation())) return true;
    const bound = this.clock.steadyMs() - FIRST_MOMENT_MS;
    return this.inside.some(
      (job) => isNarrow(cautionOf(job.row)) && (job.stage === 'waiting' || job.startedMs > bound),
    );
  }

  /** The first of the waiting jobs that may start together now. */
  private fitting(waiting: Iterable<ParkedJob>, limit: number): ParkedJob[] {
    const chosen: ParkedJob[] = [];
    const probation = this.probation();
    for (const job of waiting) {
      if (chosen.length >= limit || !this.fits(job.caution, probation)) break;
      this.join(probation, job.caution);
      chosen.push(job);
    }
    return chosen;
  }

  private fits(caution: Caution, { jobs, limit }: Probation): boolean {
    if (caution === 'last' && this.inside.length + jobs > 0) return false;
    return jobs < Math.min(limit, limitOf(caution, this.slots()));
  }

  private join(probation: Probation, caution: Caution): void {
    probation.jobs++;
    probation.limit = Math.min(probation.limit, limitOf(caution, this.slots()));
  }

  private probation(): Probation {
    const nowMs = this.clock.steadyMs();
    const isIdle = nowMs - this.lastFullMs > IDLE_AFTER_MS;
    const probation = { jobs: 0, limit: Infinity };
    for (const { row, stage, startedMs } of this.inside) {
      const caution = cautionOf(row);
      if (stage === 'waiting' || nowMs - startedMs < probationMs(caution, isIdle)) this.join(probation, caution);
    }
    return probation;
  }

  /** Moves the first in line to the end once it has blocked the line for too long. */
  private letOthersPass(): void {
    const [first] = this.parked.values();
    const nowMs = this.clock.steadyMs();
    if (this.next?.id !== first!.id) this.next = { id: first!.id, sinceMs: nowMs };
    if (nowMs - this.next.sinceMs < PATIENCE_MS) return;
    this.next = null;
    this.parked.delete(first!.id);
    this.parked.set(first!.id, first!);
  }

  private *waiting(): Iterable<ParkedJob> {
    yield* this.parked.values();
    yield* this.refused.values();
  }
}
