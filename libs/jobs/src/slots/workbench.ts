import type { ClaimedRow } from '../store/sql/claim/claim-jobs.sql.js';
import { HeldJobs } from './held-jobs.js';
import { Quarantine, type ParkedJob } from './quarantine.js';
import type { RunningJob } from './running-job.js';
import type { Clock } from '../support/time/clock.js';

const RECENT_MS = 100;
/** Two batches: while one runs, the next one can be claimed. */
const MAX_PREFETCH = 1_000;
const MAX_BATCH = 500;

const NOBODY: readonly ParkedJob[] = [];
const NO_QUEUE: ReadonlySet<string> = new Set();

/** A refused suspect, and the delay in milliseconds after which it is due again. */
interface Refused {
  job: RunningJob;
  delayMs: number;
}

/**
 * The jobs that this process holds: those running in its slots, and a few claimed ahead. The number claimed ahead is
 * bounded by what the slots finished in the last 100 ms, so slow jobs are never hoarded.
 * Suspects start when the quarantine lets them in. All other jobs are unaffected.
 */
export class Workbench {
  /** How many jobs it has ever received. */
  taken = 0;
  private readonly held = new HeldJobs();
  /** Ids of jobs whose insert is under way. They occupy slots, because the rows will belong to this worker. */
  private readonly reserved = new Set<string>();
  private readonly waiting: RunningJob[] = [];
  private readonly quarantine: Quarantine;
  private running = 0;
  private finished = 0;
  private finishedBefore = 0;
  private windowStartMs: number;
  private onEmpty: (() => void) | null = null;

  constructor(
    private slots: number,
    private readonly clock: Clock,
  ) {
    this.quarantine = new Quarantine(() => this.slots, clock);
    this.windowStartMs = clock.steadyMs();
  }

  get concurrency(): number {
    return this.slots;
  }

  set concurrency(slots: number) {
    this.slots = slots;
  }

  /** How many jobs have an outcome or an insert that is not written yet. */
  get size(): number {
    return this.held.size + this.reserved.size;
  }

  get active(): number {
    return this.running;
  }

  /** How many more jobs to claim now. Negative after the concurrency was lowered. */
  wanted(): number {
    const room = this.room();
    if (room <= 1 || this.quarantine.isEmpty) return Math.min(room, MAX_BATCH);
    // At least one: parked suspects are called in only before a claim.
    return Math.min(Math.max(room - this.quarantine.slotsWanted(room), 1), MAX_BATCH);
  }

  /** The parked suspects whose turn it is. */
  turns(): readonly ParkedJob[] {
    if (this.quarantine.isEmpty) return NOBODY;
    // A dangerous start waits until nothing is claimed ahead: a crash would use up an attempt of those jobs, too.
    if (this.quarantine.isCareful && this.waiting.length > 0) return NOBODY;
    return this.quarantine.turns(this.room());
  }

  /** As `turns()`, and removes them from the quarantine. The caller claims them now. */
  takeTurns(): readonly ParkedJob[] {
    const turns = this.turns();
    this.quarantine.unpark(turns);
    return turns;
  }

  /** Announces suspects that were claimed because it was their turn. The next `add` lets them in. */
  callIn(suspects: readonly RunningJob[]): void {
    this.quarantine.callIn(suspects);
  }

  /** Takes the announcement back for those that were not added. */
  callOff(suspects: readonly RunningJob[]): void {
    for (const job of suspects) if (!this.holds(job.id, job.row.run)) this.quarantine.leave(job);
  }

  /** Reserves slots for jobs about to be inserted. False if the waiting jobs leave too few. */
  reserve(ids: readonly string[]): boolean {
    if (this.unused() < ids.length) return false;
    for (const id of ids) this.reserved.add(id);
    this.taken += ids.length;
    return true;
  }

  unreserve(jobs: Iterable<{ id: string }>): void {
    for (const { id } of jobs) this.reserved.delete(id);
    this.notifyIfEmpty();
  }

  /** Resolves once this process holds no job. */
  async whenEmpty(): Promise<void> {
    while (this.size > 0) await new Promise<void>((resolve) => (this.onEmpty = resolve));
  }

  /**
   * Adds claimed jobs. Returns the suspects whose turn it is not, and jobs of paused queues, with the delays for their
   * hand-back. These are held but do not wait for a slot. Suspects that were called in start first: they have been due
   * for longer, and they are few.
   */
  add(jobs: readonly RunningJob[], paused = NO_QUEUE): Refused[] {
    const refused: Refused[] = [];
    const calledIn: RunningJob[] = [];
    this.taken += jobs.length;
    for (const job of jobs) {
      this.held.add(job);
      const isSuspect = job.row.crashes !== null;
      if (isSuspect && !this.quarantine.has(job)) refused.push({ job, delayMs: this.quarantine.refuse(job) });
      else if (paused.has(job.row.queue)) refused.push({ job, delayMs: -job.overdueMs });
      else if (isSuspect) calledIn.push(job);
      else this.waiting.push(job);
    }
    if (calledIn.length > 0) this.waiting.unshift(...calledIn);
    return refused;
  }

  /** Holds jobs that will not start here, until their outcome is written. */
  hold(jobs: readonly RunningJob[]): void {
    this.taken += jobs.length;
    for (const job of jobs) this.held.add(job);
  }

  /** Whether there is a free slot, and a job that waits for one. */
  hasNext(): boolean {
    const isFull = this.running + this.reserved.size >= this.slots;
    if (isFull) this.quarantine.slotsAreFull();
    return !isFull && this.waiting.length > 0;
  }

  /**
   * Moves the next waiting job into a free slot. Undefined if there is no job or no slot. It skips jobs for which
   * `mustWait` is true, but it never skips a suspect.
   */
  startNext(mustWait?: (job: RunningJob) => boolean): RunningJob | undefined {
    if (!this.hasNext()) return undefined;
    const place = mustWait ? this.waiting.findIndex((job) => job.row.crashes !== null || !mustWait(job)) : 0;
    const first = this.waiting[place];
    if (!first) return undefined;
    if (place === 0) this.waiting.shift();
    else this.waiting.splice(place, 1);
    first.stage = 'running';
    this.running++;
    return first;
  }

  /** Frees the job's slot. The job stays held until its outcome is written. */
  finish(job: RunningJob): void {
    job.stage = 'ended';
    this.running--;
    if (job.row.crashes !== null) this.quarantine.leave(job);
    this.roll(job.endedMs);
    this.finished++;
  }

  /** Call it once the job's outcome is written. */
  release(job: RunningJob): void {
    this.held.release(job);
    if (job.row.crashes !== null) this.quarantine.leave(job);
    this.notifyIfEmpty();
  }

  /** Removes waiting jobs that were claimed at least `ageMs` ago. The caller hands them back. */
  takeWaiting(ageMs: number): RunningJob[] {
    const bound = this.clock.steadyMs() - ageMs;
    const taken = this.waiting.filter((job) => job.claimedMs <= bound);
    for (const job of taken) this.withdraw(job);
    return taken;
  }

  /** Removes the waiting jobs whose queue or type is paused. The caller hands them back. */
  takePaused(isPaused: (row: Pick<ClaimedRow, 'queue' | 'type'>) => boolean): RunningJob[] {
    const taken = this.waiting.filter(({ row }) => isPaused(row));
    for (const job of taken) this.withdraw(job);
    return taken;
  }

  /** Removes a waiting job. False if it is not waiting any more. */
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

  private notifyIfEmpty(): void {
    if (this.size === 0) this.onEmpty?.();
  }

  private prefetch(): number {
    this.roll();
    if (!this.quarantine.isEmpty && this.quarantine.isCareful) return 0;
    return Math.min(Math.max(this.finished, this.finishedBefore), MAX_PREFETCH);
  }

  private roll(nowMs = this.clock.steadyMs()): void {
    const elapsed = nowMs - this.windowStartMs;
    if (elapsed < RECENT_MS) return;
    this.finishedBefore = elapsed < 2 * RECENT_MS ? this.finished : 0;
    this.finished = 0;
    this.windowStartMs = nowMs;
  }
}
