import type { RunningJob } from './running-job.js';

const RECENT_MS = 100;
/** Two batches: while one runs, the next is on its way. */
const MAX_PREFETCH = 1_000;
const MAX_BATCH = 500;

/**
 * The jobs that this process holds: those that run in its slots, and the few that were claimed ahead and wait for one.
 * Claiming ahead is bounded by what the slots finished in the last 100 ms, so slow jobs are never hoarded.
 */
export class Workbench {
  private readonly held = new Map<string, RunningJob>();
  private readonly running = new Set<RunningJob>();
  private readonly waiting: RunningJob[] = [];
  private finished = 0;
  private finishedBefore = 0;
  private windowStartMs = performance.now();

  constructor(private slots: number) {}

  get concurrency(): number {
    return this.slots;
  }

  set concurrency(slots: number) {
    this.slots = slots;
  }

  /** Jobs whose outcome is not written yet. */
  get size(): number {
    return this.held.size;
  }

  get active(): number {
    return this.running.size;
  }

  /** How many more jobs it makes sense to claim now; negative after the concurrency was lowered. */
  wanted(): number {
    return Math.min(this.slots - this.running.size - this.waiting.length + this.prefetch(), MAX_BATCH);
  }

  add(jobs: readonly RunningJob[]): void {
    for (const job of jobs) this.held.set(job.id, job);
    this.waiting.push(...jobs);
  }

  /** The next waiting job, moved into a free slot; undefined if there is no job or no slot. */
  startNext(): RunningJob | undefined {
    if (this.running.size >= this.slots) return undefined;
    const next = this.waiting.shift();
    if (next) this.running.add(next);
    return next;
  }

  /** Frees the job's slot. It is still held, until its outcome is written. */
  finish(job: RunningJob): void {
    this.running.delete(job);
    this.roll();
    this.finished++;
  }

  /** The job's outcome is written: it is no longer held. */
  release(job: RunningJob): void {
    if (this.held.get(job.id) === job) this.held.delete(job.id);
  }

  /** Takes away waiting jobs that were claimed at least `ageMs` ago, for handing back. */
  takeWaiting(ageMs: number): RunningJob[] {
    const bound = performance.now() - ageMs;
    const young = this.waiting.findIndex((job) => job.claimedMs > bound);
    return this.waiting.splice(0, young === -1 ? this.waiting.length : young);
  }

  holds(id: string, run: number): boolean {
    return this.held.get(id)?.row.run === run;
  }

  heldJobs(): RunningJob[] {
    return [...this.held.values()];
  }

  runningJobs(): RunningJob[] {
    return [...this.running];
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
