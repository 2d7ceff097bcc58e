import type { WrittenOutcome } from '../job/job-outcome.js';
import { payloadLength, PayloadText } from '../job/payload-text.js';
import { ClaimBudget } from './claim-budget.js';
import { outcomeBytes } from './outcome-entry.js';
import type { RunningJob } from './running-job.js';
import { TurnBudget } from './turn-budget.js';
import type { Workbench } from './workbench.js';

const MEBIBYTE = 1_048_576;
/** With so much in outcomes that wait to be written, jobs that are known to be large wait, and the others pass them. */
const CROWDED_BYTES = 4 * MEBIBYTE;
/** With so much, no job starts and none is claimed. */
const FULL_BYTES = 16 * MEBIBYTE;
/** What a job counts whose outcome waits, beside its texts. */
const JOB_BYTES = 1_024;
/** How many jobs may be claimed and wait while it is crowded. */
const WAITING_WHEN_CROWDED = 16;
/** Of a result. */
const LARGE_BYTES = 2_048;

/**
 * Bounds what a worker holds in memory, and how long it keeps the event loop: how much it claims, and when jobs start
 * (docs/decisions/0018-bytes.md).
 */
export class LoadControl {
  private readonly turn = new TurnBudget(() => this.relieve());
  private readonly claims = new ClaimBudget();
  /** Types of jobs whose last result was large. */
  private readonly largeTypes = new Set<string>();
  private unwrittenBytes = 0;
  private holdsUp = false;
  /** Of runs that have ended while it was busy. */
  private readonly endings: (() => void)[] = [];

  constructor(
    private readonly bench: Pick<Workbench, 'wanted' | 'startNext' | 'waitingJobs' | 'hold'>,
    private readonly handBack: (running: RunningJob, delayMs: number) => void,
    /** What had to wait may go on. */
    private readonly onRelief: () => void,
  ) {}

  /** How many jobs to claim now. */
  wanted(): number {
    const wanted = this.bench.wanted();
    const crowded = this.unwrittenBytes >= CROWDED_BYTES;
    if (wanted <= 0 || (!crowded && !this.claims.limits)) return wanted;
    const limit = this.isFull ? 0 : this.limit(wanted, crowded);
    this.holdsUp ||= limit < wanted;
    return limit;
  }

  /** Of what a claim has brought, the jobs that came with their payload. The others go back to their place in the queue. */
  admit(claimed: RunningJob[]): RunningJob[] {
    this.claims.learn(claimed);
    if (!this.claims.limits) return claimed;
    const leftOut = claimed.filter(isLeftOut);
    if (leftOut.length === 0) return claimed;
    this.bench.hold(leftOut);
    for (const job of leftOut) this.handBack(job, -job.overdueMs);
    return claimed.filter((job) => !isLeftOut(job));
  }

  /** The next job that may start, moved into a slot. */
  startNext(): RunningJob | undefined {
    const { isBusy } = this;
    if (isBusy) this.holdsUp = true;
    if (isBusy && this.isFull) return undefined;
    const job = this.bench.startNext(isBusy ? this.isLarge : undefined);
    if (job && job.row.payload instanceof PayloadText) this.turn.spend(job.row.payload.length);
    return job;
  }

  /** Whether large jobs have to wait, those that may start and those that have ended. */
  get isBusy(): boolean {
    return this.unwrittenBytes >= CROWDED_BYTES || this.turn.isSpent;
  }

  /** Does the rest of a run once it is no longer busy. */
  later(end: () => void): void {
    this.endings.push(end);
  }

  /** The job's outcome is decided. It waits to be written from now on. */
  ended(job: RunningJob, outcome: WrittenOutcome): void {
    const bytes = outcomeBytes(outcome);
    if (bytes > LARGE_BYTES) {
      this.turn.spend(bytes);
      this.largeTypes.add(job.row.type);
    } else if (this.largeTypes.size > 0) this.largeTypes.delete(job.row.type);
    job.unwrittenBytes = JOB_BYTES + bytes + payloadLength(job.row.payload);
    this.unwrittenBytes += job.unwrittenBytes;
  }

  /** The job's outcome is written or given up. */
  settled(job: RunningJob): void {
    this.unwrittenBytes -= job.unwrittenBytes;
    job.unwrittenBytes = 0;
    this.relieve();
  }

  /** Whether outcomes that wait to be written hold so much that no job may start. */
  get isFull(): boolean {
    return this.unwrittenBytes >= FULL_BYTES;
  }

  private limit(wanted: number, crowded: boolean): number {
    const waiting = this.bench.waitingJobs();
    const most = crowded ? Math.min(wanted, WAITING_WHEN_CROWDED - waiting.length) : wanted;
    return this.claims.limits ? this.claims.limit(most, waiting) : most;
  }

  private relieve(): void {
    while (this.endings.length > 0 && !this.isBusy) this.endings.shift()!();
    if (!this.holdsUp) return;
    this.holdsUp = false;
    this.onRelief();
  }

  private readonly isLarge = ({ row }: RunningJob): boolean =>
    row.payload instanceof PayloadText || this.largeTypes.has(row.type);
}

function isLeftOut({ row }: RunningJob): boolean {
  return row.payload instanceof PayloadText && row.payload.isLeftOut;
}
