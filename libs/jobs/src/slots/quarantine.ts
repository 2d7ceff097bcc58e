import { cautionOf, isNarrow, limitOf, probationMs, type Caution } from './caution.js';
import type { RunningJob } from './running-job.js';

/** A suspect that was handed back and is called in again when its turn has come. */
export interface ParkedJob {
  readonly id: string;
  readonly shard: number;
  /** The run that was handed back: while the row still has it, nobody else has taken the job. */
  readonly run: number;
  readonly queue: string;
  readonly caution: Caution;
}

/** The suspects that are on probation, and how many there may be by the strictest of them. */
interface Probation {
  jobs: number;
  limit: number;
}

/** Handing back takes a moment, unless somebody else has locked a row. */
const HANDING_BACK_MS = 1_000;
/** More are not remembered; they fall due by themselves. */
const MAX_PARKED = 10_000;
const MIN_DELAY_MS = 5_000;
const DELAY_EACH_MS = 50;
const MAX_DELAY_MS = 60_000;
/** How long the next in line waits for its turn before it lets others pass. */
const PATIENCE_MS = 10_000;
/** Slots that were free for this long are idle. */
const IDLE_AFTER_MS = 500;
/** What ends its process mostly does so at once. */
const FIRST_MOMENT_MS = 250;

/**
 * Decides when the suspects of this process may start, beside jobs that have never crashed (docs/decisions/0008-lease.md).
 * Those inside hold a slot or wait for a free one. The others are parked: handed back to the database, where a crash of
 * this process does not touch them and other processes can take them, and called in again when there is room.
 */
export class Quarantine {
  private readonly inside: RunningJob[] = [];
  private readonly parked = new Map<string, ParkedJob>();
  /** Those that were turned away and are not handed back yet. */
  private readonly refused = new Map<RunningJob, ParkedJob>();
  private lastRefusedMs = -Infinity;
  private lastFullMs = -Infinity;
  private next: { id: string; sinceMs: number } | null = null;

  constructor(private readonly slots: () => number) {}

  get isEmpty(): boolean {
    return this.inside.length === 0 && this.parked.size === 0 && this.refused.size === 0;
  }

  /** All slots are taken. */
  slotsAreFull(): void {
    if (!this.isEmpty) this.lastFullMs = performance.now();
  }

  /** Whether it has been called in. */
  has(job: RunningJob): boolean {
    return this.inside.includes(job);
  }

  /**
   * Turns a claimed suspect away, as every one at first, and returns how long it has to be handed back for. It is parked
   * once that is written: a crash of the process cannot touch it then. The more there are, the longer, because those that
   * fall due before their turn are claimed and turned away again.
   */
  refuse(job: RunningJob): number {
    const { row, shard } = job;
    this.refused.set(job, { id: job.id, shard, run: row.run, queue: row.queue, caution: cautionOf(row) });
    this.lastRefusedMs = performance.now();
    const waiting = this.parked.size + this.refused.size;
    return Math.min(MIN_DELAY_MS + waiting * DELAY_EACH_MS, MAX_DELAY_MS);
  }

  /** Lets jobs in whose turn it was. */
  callIn(jobs: readonly RunningJob[]): void {
    this.inside.push(...jobs);
  }

  /** It has ended, or is handed back. Parks it if it was refused. */
  leave(job: RunningJob): void {
    const place = this.inside.indexOf(job);
    if (place >= 0) this.inside.splice(place, 1);
    const parked = this.refused.get(job);
    if (!parked) return;
    this.refused.delete(job);
    if (this.parked.size < MAX_PARKED) this.parked.set(job.id, parked);
  }

  /** How many slots, at most `limit`, the next turns will take. */
  slotsWanted(limit: number): number {
    return this.fitting(this.waiting(), limit).length;
  }

  /** The parked jobs whose turn it is, at most `limit`, in the order in which they were parked. */
  turns(limit: number): ParkedJob[] {
    // One of these may end the process at once: first the others are handed back.
    const isHandingBack = this.refused.size > 0 && performance.now() - this.lastRefusedMs < HANDING_BACK_MS;
    if (this.parked.size === 0 || isHandingBack) return [];
    const turns = this.fitting(this.parked.values(), limit);
    if (turns.length === 0 && limit > 0) this.letOthersPass();
    return turns;
  }

  /** They are called in: they are parked no more. */
  unpark(jobs: readonly ParkedJob[]): void {
    for (const { id } of jobs) this.parked.delete(id);
  }

  /** Whether a start is at hand or has just been made that may end the process: nothing should be claimed ahead. */
  get isCareful(): boolean {
    const [first] = this.parked.values();
    if (first && isNarrow(first.caution) && this.fits(first.caution, this.probation())) return true;
    const bound = performance.now() - FIRST_MOMENT_MS;
    return this.inside.some(
      (job) => isNarrow(cautionOf(job.row)) && (job.stage === 'waiting' || job.startedMs > bound),
    );
  }

  /** Of those that wait, the first ones that may start together now. */
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
    const nowMs = performance.now();
    const isIdle = nowMs - this.lastFullMs > IDLE_AFTER_MS;
    const probation = { jobs: 0, limit: Infinity };
    for (const { row, stage, startedMs } of this.inside) {
      const caution = cautionOf(row);
      if (stage === 'waiting' || nowMs - startedMs < probationMs(caution, isIdle)) this.join(probation, caution);
    }
    return probation;
  }

  /** The first in line has waited for its turn, and after a while those behind it have theirs. */
  private letOthersPass(): void {
    const [first] = this.parked.values();
    const nowMs = performance.now();
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
