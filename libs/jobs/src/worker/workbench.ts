import { HeldJobs } from './held-jobs.js';
import type { RunningJob } from './running-job.js';

const RECENT_MS = 100;
/** Two batches: while one runs, the next is on its way. */
const MAX_PREFETCH = 1_000;
const MAX_BATCH = 500;
/** How long nothing starts beside a job with one crash behind it, or more: what ends its process mostly does so at once. */
const ALONE_AFTER_ONE_MS = 250;
const ALONE_AFTER_MORE_MS = 10_000;
/** How long the slots are kept from filling up so that such a job can be alone. */
const PATIENCE_MS = 1_000;

/**
 * The jobs that this process holds: those that run in its slots, and the few that were claimed ahead and wait for one.
 * Claiming ahead is bounded by what the slots finished in the last 100 ms, so slow jobs are never hoarded. A job with a
 * crash behind it, a suspect, may be what crashed: it starts when nothing else runs, and nothing else starts for a while
 * (docs/decisions/0008-lease.md).
 */
export class Workbench {
  /** How many jobs it has ever taken on. */
  taken = 0;
  private readonly held = new HeldJobs();
  /** Jobs whose insert is under way: theirs is a slot, and they are this process's before anybody can see them. */
  private readonly reserved = new Set<string>();
  private readonly waiting: RunningJob[] = [];
  /** The one that waits with a crash behind it, and since when only running jobs are before it. */
  private suspect: RunningJob | null = null;
  private turnSinceMs = Infinity;
  /** More of them came than are wanted, and more may be there still. */
  private suspectsAbound = false;
  private running = 0;
  private alone: RunningJob | null = null;
  private aloneUntilMs = 0;
  private finished = 0;
  private finishedBefore = 0;
  private windowStartMs = performance.now();
  private onEmpty: (() => void) | null = null;

  constructor(private slots: number) {}

  get concurrency(): number {
    return this.slots;
  }

  set concurrency(slots: number) {
    this.slots = slots;
  }

  /** Jobs whose outcome, or whose insert, is not written yet. */
  get size(): number {
    return this.held.size + this.reserved.size;
  }

  get active(): number {
    return this.running;
  }

  /** How many more jobs it makes sense to claim now; negative after the concurrency was lowered. */
  wanted(): number {
    if (this.suspect || this.keptAlone()) return 0;
    return Math.min(this.unused() + this.prefetch(), this.suspectsAbound ? 1 : MAX_BATCH);
  }

  /** Keeps slots for jobs that are about to be inserted; false if there are too few that nobody waits for. */
  reserve(ids: readonly string[]): boolean {
    if (this.suspect || this.keptAlone() || this.unused() < ids.length) return false;
    for (const id of ids) this.reserved.add(id);
    this.taken += ids.length;
    return true;
  }

  unreserve(jobs: Iterable<{ id: string }>): void {
    for (const { id } of jobs) this.reserved.delete(id);
    this.tellIfEmpty();
  }

  /** Resolves once this process holds no job any more. */
  async whenEmpty(): Promise<void> {
    while (this.size > 0) await new Promise<void>((resolve) => (this.onEmpty = resolve));
  }

  /**
   * Returns the suspects among them that are too many: they are held, but do not wait to start. One waits here and the
   * others elsewhere, or they would be started one after the other, in danger of a next crash all the while.
   */
  add(jobs: readonly RunningJob[]): RunningJob[] {
    const tooMany: RunningJob[] = [];
    this.taken += jobs.length;
    for (const job of jobs) {
      const isSuspect = job.row.crashes !== null;
      const stays = !isSuspect || !this.suspect;
      this.held.add(job);
      if (isSuspect && stays) [this.suspect, this.turnSinceMs] = [job, Infinity];
      (stays ? this.waiting : tooMany).push(job);
    }
    this.suspectsAbound = tooMany.length > 0 || (this.suspectsAbound && this.suspect !== null);
    return tooMany;
  }

  /** Holds jobs that will not start here, until their outcome is written. */
  hold(jobs: readonly RunningJob[]): void {
    this.taken += jobs.length;
    for (const job of jobs) this.held.add(job);
  }

  /**
   * The next waiting job, moved into a free slot; undefined if there is no job or no slot. Jobs that `mustWait` are passed,
   * but nothing passes a suspect.
   */
  startNext(mustWait?: (job: RunningJob) => boolean): RunningJob | undefined {
    if (this.running + this.reserved.size >= this.slots || this.keptAlone()) return undefined;
    const place = mustWait ? this.waiting.findIndex((job) => job === this.suspect || !mustWait(job)) : 0;
    const first = this.waiting[place];
    if (!first || (first === this.suspect && !this.startAlone(first))) return undefined;
    if (place === 0) this.waiting.shift();
    else this.waiting.splice(place, 1);
    first.stage = 'running';
    this.running++;
    return first;
  }

  /** Frees the job's slot. It is still held, until its outcome is written. */
  finish(job: RunningJob): void {
    job.stage = 'ended';
    this.running--;
    if (job === this.alone) this.alone = null;
    this.roll();
    this.finished++;
  }

  /** The job's outcome is written: it is no longer held. */
  release(job: RunningJob): void {
    this.held.release(job);
    this.tellIfEmpty();
  }

  /** Takes away waiting jobs that were claimed at least `ageMs` ago, for handing back. */
  takeWaiting(ageMs: number): RunningJob[] {
    const bound = performance.now() - ageMs;
    const kept = ageMs > 0 && this.isPatient() ? this.suspect : null;
    const taken = this.waiting.filter((job) => job.claimedMs <= bound && job !== kept);
    for (const job of taken) this.withdraw(job);
    return taken;
  }

  /** Takes a waiting job away; false if it does not wait, because it has started or is being handed back. */
  withdraw(job: RunningJob): boolean {
    const place = this.waiting.indexOf(job);
    if (place < 0) return false;
    this.waiting.splice(place, 1);
    if (job === this.suspect) this.suspect = null;
    return true;
  }

  holds(id: string, run: number): boolean {
    return this.held.has(id, run) || (run === 1 && this.reserved.has(id));
  }

  /** The jobs that wait for a slot. */
  waitingJobs(): readonly RunningJob[] {
    return this.waiting;
  }

  heldJobs(): RunningJob[] {
    return this.held.all();
  }

  runningJobs(): RunningJob[] {
    return this.held.all().filter((job) => job.stage === 'running');
  }

  /** One crash may be anybody's: that job starts beside the others in the end. After two it must be alone. */
  private startAlone(suspect: RunningJob): boolean {
    const nowMs = performance.now();
    this.turnSinceMs = Math.min(this.turnSinceMs, nowMs);
    if (this.running > 0 && (suspect.isRepeatSuspect || this.isPatient())) {
      suspect.crowdedOut = !this.isPatient();
      return false;
    }
    this.suspect = null;
    this.alone = suspect;
    this.aloneUntilMs = nowMs + (suspect.isRepeatSuspect ? ALONE_AFTER_MORE_MS : ALONE_AFTER_ONE_MS);
    return true;
  }

  private isPatient(): boolean {
    const waitedMs = performance.now() - this.turnSinceMs;
    return waitedMs >= 0 && waitedMs < PATIENCE_MS;
  }

  private keptAlone(): boolean {
    return this.alone !== null && performance.now() < this.aloneUntilMs;
  }

  private unused(): number {
    return this.slots - this.running - this.waiting.length - this.reserved.size;
  }

  private tellIfEmpty(): void {
    if (this.size === 0) this.onEmpty?.();
  }

  private prefetch(): number {
    this.roll();
    return Math.min(Math.max(this.finished, this.finishedBefore), MAX_PREFETCH);
  }

  private roll(): void {
    const elapsed = performance.now() - this.windowStartMs;
    if (elapsed < RECENT_MS) return;
    this.finishedBefore = elapsed < 2 * RECENT_MS ? this.finished : 0;
    this.finished = 0;
    this.windowStartMs = performance.now();
  }
}
