import { HeldJobs } from './held-jobs.js';
import { Quarantine, type ParkedJob } from './quarantine.js';
import type { RunningJob } from './running-job.js';

const RECENT_MS = 100;
/** Two batches: while one runs, the next is on its way. */
const MAX_PREFETCH = 1_000;
const MAX_BATCH = 500;

const NOBODY: readonly ParkedJob[] = [];

/** A suspect that is turned away, and when it falls due again by itself, in milliseconds. */
interface Refused {
  job: RunningJob;
  delayMs: number;
}

/**
 * The jobs that this process holds: those that run in its slots, and the few that were claimed ahead and wait for one.
 * Claiming ahead is bounded by what the slots finished in the last 100 ms, so slow jobs are never hoarded. A job with a
 * crash behind it, a suspect, starts when the quarantine lets it in, and all others go on meanwhile.
 */
export class Workbench {
  /** How many jobs it has ever taken on. */
  taken = 0;
  private readonly held = new HeldJobs();
  /** Jobs whose insert is under way: theirs is a slot, and they are this process's before anybody can see them. */
  private readonly reserved = new Set<string>();
  private readonly waiting: RunningJob[] = [];
  private readonly quarantine = new Quarantine(() => this.slots);
  private running = 0;
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
    const room = this.room();
    if (room <= 1 || this.quarantine.isEmpty) return Math.min(room, MAX_BATCH);
    // One at least: parked suspects are called in right before a claim.
    return Math.min(Math.max(room - this.quarantine.slotsWanted(room), 1), MAX_BATCH);
  }

  /** The parked suspects whose turn it is. */
  turns(): readonly ParkedJob[] {
    if (this.quarantine.isEmpty) return NOBODY;
    // Whoever is claimed ahead would go down with a narrow start, without having run.
    if (this.quarantine.isCareful && this.waiting.length > 0) return NOBODY;
    return this.quarantine.turns(this.room());
  }

  /** As `turns`, to be claimed now: they are parked no more. */
  takeTurns(): readonly ParkedJob[] {
    const turns = this.turns();
    this.quarantine.unpark(turns);
    return turns;
  }

  /** Suspects that have been claimed because it was their turn: the next `add` lets them in. */
  callIn(suspects: readonly RunningJob[]): void {
    this.quarantine.callIn(suspects);
  }

  /** Those among them that have not been added will not be. */
  callOff(suspects: readonly RunningJob[]): void {
    for (const job of suspects) if (!this.holds(job.id, job.row.run)) this.quarantine.leave(job);
  }

  /** Keeps slots for jobs that are about to be inserted; false if there are too few that nobody waits for. */
  reserve(ids: readonly string[]): boolean {
    if (this.unused() < ids.length) return false;
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
   * Returns the suspects whose turn it is not, and until when to hand each of them back: they are held, but do not wait.
   * Those that were called in wait before the others: they were due long before, and there are never many.
   */
  add(jobs: readonly RunningJob[]): Refused[] {
    const refused: Refused[] = [];
    const calledIn: RunningJob[] = [];
    this.taken += jobs.length;
    for (const job of jobs) {
      this.held.add(job);
      if (job.row.crashes === null) this.waiting.push(job);
      else if (this.quarantine.has(job)) calledIn.push(job);
      else refused.push({ job, delayMs: this.quarantine.refuse(job) });
    }
    if (calledIn.length > 0) this.waiting.unshift(...calledIn);
    return refused;
  }

  /** Holds jobs that will not start here, until their outcome is written. */
  hold(jobs: readonly RunningJob[]): void {
    this.taken += jobs.length;
    for (const job of jobs) this.held.add(job);
  }

  /**
   * The next waiting job, moved into a free slot; undefined if there is no job or no slot. Jobs that `mustWait` are passed,
   * but nothing passes a suspect that was called in.
   */
  startNext(mustWait?: (job: RunningJob) => boolean): RunningJob | undefined {
    if (this.running + this.reserved.size >= this.slots) {
      this.quarantine.slotsAreFull();
      return undefined;
    }
    const place = mustWait ? this.waiting.findIndex((job) => job.row.crashes !== null || !mustWait(job)) : 0;
    const first = this.waiting[place];
    if (!first) return undefined;
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
    if (job.row.crashes !== null) this.quarantine.leave(job);
    this.roll();
    this.finished++;
  }

  /** The job's outcome is written: it is no longer held. */
  release(job: RunningJob): void {
    this.held.release(job);
    if (job.row.crashes !== null) this.quarantine.leave(job);
    this.tellIfEmpty();
  }

  /** Takes away waiting jobs that were claimed at least `ageMs` ago, for handing back. */
  takeWaiting(ageMs: number): RunningJob[] {
    const bound = performance.now() - ageMs;
    const taken = this.waiting.filter((job) => job.claimedMs <= bound);
    for (const job of taken) this.withdraw(job);
    return taken;
  }

  /** Takes a waiting job away; false if it does not wait, because it has started or is being handed back. */
  withdraw(job: RunningJob): boolean {
    const place = this.waiting.indexOf(job);
    if (place < 0) return false;
    this.waiting.splice(place, 1);
    if (job.row.crashes !== null) this.quarantine.leave(job);
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

  private room(): number {
    return this.unused() + this.prefetch();
  }

  private unused(): number {
    return this.slots - this.running - this.waiting.length - this.reserved.size;
  }

  private tellIfEmpty(): void {
    if (this.size === 0) this.onEmpty?.();
  }

  private prefetch(): number {
    this.roll();
    if (!this.quarantine.isEmpty && this.quarantine.isCareful) return 0;
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
