import type { WrittenOutcome } from '../job/outcome/job-outcome.js';
import { payloadLength, PayloadText } from '../job/validate/payload-text.js';
import { ClaimBudget } from './claim-budget.js';
import { laneKey } from '../store/lane.js';
import { outcomeBytes } from '../job/outcome/outcome-bytes.js';
import type { RunningJob } from './running-job.js';
import { TurnBudget } from './turn-budget.js';
import type { Workbench } from './workbench.js';
import type { Clock } from '../support/time/clock.js';

const MEBIBYTE = 1_048_576;
/** From this size of unwritten outcomes on, large jobs wait and small jobs pass them. */
const CROWDED_BYTES = 4 * MEBIBYTE;
/** From this size on, no job starts and none is claimed. */
const FULL_BYTES = 16 * MEBIBYTE;
/** What a job adds to the unwritten bytes, besides its texts. */
const JOB_BYTES = 1_024;
/** How many claimed jobs may wait for a slot while large jobs have to wait. */
const WAITING_WHEN_CROWDED = 16;
/** How many small jobs may wait for a slot besides large ones. */
const WAITING_BESIDE_LARGE = 16;
/** Results above this size are large. */
const LARGE_BYTES = 2_048;

/**
 * Decides how much a worker claims and when its jobs start. So it bounds the worker's memory and the time that it keeps
 * the event loop busy (docs/decisions/0018-bytes.md).
 */
export class LoadControl {
  private readonly turn: TurnBudget;
  private readonly claims = new ClaimBudget();
  /** Types whose last result was large. */
  private readonly largeTypes = new Set<string>();
  private unwrittenBytes = 0;
  private holdsUp = false;
  private hasPassed = false;
  private held: ReadonlySet<string> | null = null;
  /** The ends of runs that are put aside while the worker is busy. */
  private readonly endings: (() => void)[] = [];

  constructor(
    clock: Clock,
    private readonly bench: Pick<Workbench, 'wanted' | 'hasNext' | 'startNext' | 'waitingJobs' | 'hold'>,
    private readonly handBack: (running: RunningJob, delayMs: number) => void,
    /** Called when jobs that had to wait may continue. */
    private readonly onRelief: () => void,
  ) {
    this.turn = new TurnBudget(clock, () => this.relieve());
  }

  /** How many jobs to claim now, from all lanes except `heldLanes`. */
  wanted(): number {
    this.held = null;
    const wanted = this.claims.careful(this.bench.wanted());
    const crowded = this.unwrittenBytes >= CROWDED_BYTES;
    if (!crowded && !this.claims.limits) return wanted;
    const limit = this.isFull ? 0 : this.limit(wanted, crowded);
    this.holdsUp ||= limit < wanted;
    return limit > 0 || this.isFull ? limit : this.wantedBesideLarge(wanted);
  }

  /**
   * Keys of the lanes whose large jobs already wait for a slot. The next claim leaves these lanes out, because none of
   * their jobs can start soon. Null if there are none.
   */
  get heldLanes(): ReadonlySet<string> | null {
    return this.held;
  }

  /** The claimed jobs whose payload was kept. The others go back to their place in the queue. */
  admit(claimed: RunningJob[]): RunningJob[] {
    // Other lanes say nothing about the payloads of the lanes that are left out.
    if (!this.held) this.claims.learn(claimed);
    if (!this.claims.limits) return claimed;
    const leftOut = claimed.filter(isLeftOut);
    if (leftOut.length === 0) return claimed;
    this.bench.hold(leftOut);
    for (const job of leftOut) this.handBack(job, -job.overdueMs);
    return claimed.filter((job) => !isLeftOut(job));
  }

  /** The next job that may start. It now has a slot. */
  startNext(): RunningJob | undefined {
    if (!this.bench.hasNext()) return undefined;
    const { isBusy } = this;
    const mayStart = this.turn.mayStart();
    if (isBusy || !mayStart) this.holdsUp = true;
    if (!mayStart || this.isFull) return undefined;
    const job = isBusy ? this.bench.startNext(this.isLarge) : this.startInTurn();
    if (job && job.row.payload instanceof PayloadText) this.turn.spend(job.row.payload.length);
    return job;
  }

  /** Whether large jobs have to wait, both to start and to have their outcome made. */
  get isBusy(): boolean {
    return this.unwrittenBytes >= CROWDED_BYTES || this.turn.isSpent;
  }

  /**
   * Calls `make`, which makes the outcome of a run: now, or once the worker is no longer busy. Outcomes may be large.
   */
  makeOutcome(make: () => void): void {
    if (this.isBusy) this.endings.push(make);
    else this.turn.makeOutcome(make);
  }

  /** Counts the outcome as waiting to be written. */
  ended(job: RunningJob, outcome: WrittenOutcome): void {
    const bytes = outcomeBytes(outcome);
    if (bytes > LARGE_BYTES) {
      this.turn.spend(bytes);
      this.largeTypes.add(job.row.type);
    } else if (this.largeTypes.size > 0) this.largeTypes.delete(job.row.type);
    job.unwrittenBytes = JOB_BYTES + bytes + payloadLength(job.row.payload);
    this.unwrittenBytes += job.unwrittenBytes;
  }

  /** Call it once the outcome is written or given up. */
  settled(job: RunningJob): void {
    this.unwrittenBytes -= job.unwrittenBytes;
    job.unwrittenBytes = 0;
    this.relieve();
  }

  /** Whether unwritten outcomes hold so much memory that no job may start. */
  get isFull(): boolean {
    return this.unwrittenBytes >= FULL_BYTES;
  }

  private limit(wanted: number, crowded: boolean): number {
    const waiting = this.bench.waitingJobs();
    const most = crowded ? Math.min(wanted, WAITING_WHEN_CROWDED - waiting.length) : wanted;
    return this.claims.limit(most, waiting);
  }

  /** Where large jobs wait, every other free slot goes to a small job, whichever came first. */
  private startInTurn(): RunningJob | undefined {
    const mayPass = !this.hasPassed && (this.claims.limits || this.largeTypes.size > 0);
    const small = mayPass ? this.bench.startNext(this.isLarge) : undefined;
    this.hasPassed = small !== undefined;
    return small ?? this.bench.startNext();
  }

  /** While large jobs wait, claims continue in the other lanes, so small jobs do not wait behind them. */
  private wantedBesideLarge(wanted: number): number {
    const waiting = this.bench.waitingJobs();
    const large = waiting.filter(this.isLarge);
    const room = Math.min(wanted + large.length, WAITING_BESIDE_LARGE - (waiting.length - large.length));
    if (large.length === 0 || room <= 0) return 0;
    this.holdsUp = true;
    this.held = new Set(large.map(({ row }) => laneKey(row.queue, row.priority)));
    return this.claims.limitBeside(room, waiting);
  }

  private relieve(): void {
    while (this.endings.length > 0 && !this.isBusy) this.turn.makeOutcome(this.endings.shift()!);
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
