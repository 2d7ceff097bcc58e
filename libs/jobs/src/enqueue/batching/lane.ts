import { contendedPauseMs } from '../../store/connection/retry-contended.js';
import type { EnqueuedJob } from '../enqueue-options.js';
import { afterRefusal } from './on-refusal.js';
import type { PreparedJob } from '../prepare-job.js';
import type { Sender, StatementGate } from './statement-gate.js';
import { fitting, MAX_STATEMENT_BYTES } from './take-batch.js';

/** A job and whoever waits for it. */
export interface Caller {
  job: PreparedJob;
  /** When it has waited long enough, by `performance.now()`. */
  untilMs: number;
  resolve: (enqueued: EnqueuedJob) => void;
  reject: (error: unknown) => void;
}

export interface LaneRules {
  /** Its statements wait for whatever lock they meet, which is nothing as a rule. Others fail instead of waiting. */
  plain: boolean;
  /** All its jobs have the same unique key, so they wait for the same lock. */
  oneKey: boolean;
}

export interface LaneStatement extends LaneRules {
  /** How long it may wait for a connection, in milliseconds. */
  waitMs: number;
  /** How long it may wait for a lock, unless it is plain, in milliseconds. */
  lockMs: number;
}

export interface LaneContext {
  gate: StatementGate;
  /** Writes jobs in one statement. */
  insert: (jobs: PreparedJob[], statement: LaneStatement) => Promise<EnqueuedJob[]>;
  /** What a caller gets whose time is over. `lastError`: why the lane has not got further, if it has been sent at all. */
  tooLate: (job: PreparedJob, lastError: unknown) => unknown;
}

const BOUNDS = { rows: 1_000, bytes: MAX_STATEMENT_BYTES };
/** A statement that takes longer may be held up by what concerns its own jobs only: the next one goes beside it. */
const SLOW_MS = 25;
/** Most locks are gone with the commit of a short transaction. One that was not is only looked at now and then. */
const FIRST_LOCK_MS = 10;
const REPEATED_LOCK_MS = 1;
const payloadOf = ({ job }: Caller): string => job.payload;

/**
 * Jobs that share statements: those of one tick, and those that come while a statement is under way, are written
 * together. Each caller gets its own id or its own error.
 */
export class Lane implements Sender {
  /** Called each time that nothing is left to do. */
  onEmpty: () => void = () => {};
  private readonly waiting: Caller[] = [];
  private underWay = 0;
  /** Number of the latest statement, until it ends or turns out to be slow; 0 then. */
  private latest = 0;
  private latestSinceMs = 0;
  private sent = 0;
  private flushing = false;
  private tickMs = 0;
  private tries = 0;
  private restUntilMs = 0;
  private lastError: unknown;
  private timer: NodeJS.Timeout | null = null;
  private timerAtMs = Infinity;

  constructor(
    private readonly context: LaneContext,
    private readonly rules: LaneRules,
    /** Nobody joins it whom it could delay. */
    private readonly apart: boolean = rules.oneKey,
  ) {}

  get kind(): Sender['kind'] {
    if (this.tries > 0) return 'repeated';
    return this.rules.plain ? 'plain' : 'keyed';
  }

  /** The time, by `performance.now()`; read once for all callers of a tick. */
  nowMs(): number {
    return this.flushing ? this.tickMs : (this.tickMs = performance.now());
  }

  add(caller: Caller): void {
    this.waiting.push(caller);
    if (this.flushing) return;
    if (this.latest !== 0) return this.lookAgain();
    this.flushing = true;
    // A microtask is late enough for all callers of this tick, and costs a lone caller no turn of the event loop.
    queueMicrotask(() => this.send());
  }

  roomMade(): void {
    this.send();
  }

  /** Sends what may be sent now, and sees to it that the rest is looked at again. */
  private send(): void {
    this.flushing = false;
    if (this.waiting.length > 0 && this.maySend()) this.sendBatch();
    if (this.waiting.length > 0) this.lookAgain();
    else if (this.underWay === 0) this.becomeEmpty();
  }

  private maySend(): boolean {
    if (this.latest !== 0 || this.underWay >= this.maxUnderWay()) return false;
    if (this.restUntilMs > 0) {
      if (performance.now() < this.restUntilMs) return false;
      this.restUntilMs = 0;
    }
    return this.context.gate.enter(this);
  }

  /** Of one key, none can go before the first. Other lanes leave a place free. */
  private maxUnderWay(): number {
    return this.rules.oneKey ? 1 : Math.max(1, this.context.gate.limit - 1);
  }

  private sendBatch(): void {
    const callers = this.waiting.splice(0, this.waiting.length === 1 ? 1 : fitting(this.waiting, payloadOf, BOUNDS));
    this.latest = ++this.sent;
    this.latestSinceMs = performance.now();
    this.underWay++;
    void this.write(callers, this.latest, this.kind);
  }

  private async write(callers: Caller[], number: number, kind: Sender['kind']): Promise<void> {
    const { context, rules } = this;
    try {
      const jobs = callers.map(({ job }) => job);
      const { plain, oneKey } = rules;
      const waitMs = callers[0]!.untilMs - this.latestSinceMs;
      const lockMs = kind === 'repeated' ? REPEATED_LOCK_MS : FIRST_LOCK_MS;
      const enqueued = await context.insert(jobs, { plain, oneKey, waitMs, lockMs });
      this.ended(number, kind);
      this.tries = 0;
      for (let i = 0; i < callers.length; i++) callers[i]!.resolve(enqueued[i]!);
    } catch (error) {
      this.ended(number, kind);
      this.refused(callers, error);
    }
    this.send();
  }

  private ended(number: number, kind: Sender['kind']): void {
    this.underWay--;
    if (this.latest === number) this.latest = 0;
    this.context.gate.leave(kind);
  }

  private refused(callers: Caller[], error: unknown): void {
    const { rules } = this;
    switch (afterRefusal(error, { jobs: callers.length, oneKey: rules.oneKey })) {
      case 'fail':
        for (const { reject } of callers) reject(error);
        return;
      case 'again':
        return (this.apart && !rules.plain ? this : this.aside([], false)).rest(callers, error);
      case 'each':
        for (const caller of callers) this.aside([caller], false);
        return;
      case 'halves':
        for (const half of halves(callers)) this.aside(half, rules.plain);
    }
  }

  /** A lane apart, so that nobody else waits for what these wait for. */
  private aside(callers: Caller[], plain: boolean): Lane {
    const lane = new Lane(this.context, { ...this.rules, plain }, true);
    for (const caller of callers) lane.add(caller);
    return lane;
  }

  /** Tries again after a pause, together with those who can wait for so long. */
  private rest(callers: Caller[], error: unknown): void {
    this.lastError = error;
    this.waiting.unshift(...callers);
    const nowMs = performance.now();
    const pauseMs = (caller: Caller) => contendedPauseMs(this.tries, caller.untilMs - nowMs);
    this.rejectThose((caller) => pauseMs(caller) === null);
    this.tries++;
    if (this.waiting.length === 0) return;
    this.restUntilMs = nowMs + (pauseMs(this.waiting[0]!) ?? 0);
    this.lookAgain();
  }

  private lookAgain(): void {
    const nowMs = performance.now();
    const slowAtMs = this.latest === 0 ? Infinity : this.latestSinceMs + SLOW_MS;
    // Until it is set back: a timer may come early, and then the rest can end between two readings of the clock.
    const restedAtMs = this.restUntilMs || Infinity;
    const atMs = Math.min(this.waiting[0]!.untilMs, slowAtMs, restedAtMs);
    if (atMs >= this.timerAtMs) return;
    if (this.timer) clearTimeout(this.timer);
    this.timerAtMs = atMs;
    this.timer = setTimeout(() => this.look(), Math.max(1, Math.ceil(atMs - nowMs)));
  }

  private look(): void {
    this.timer = null;
    this.timerAtMs = Infinity;
    const nowMs = performance.now();
    if (nowMs >= this.latestSinceMs + SLOW_MS) this.latest = 0;
    this.rejectThose(({ untilMs }) => untilMs <= nowMs);
    this.send();
  }

  private rejectThose(isOverdue: (caller: Caller) => boolean): void {
    const overdue = this.waiting.filter(isOverdue);
    if (overdue.length === 0) return;
    const left = this.waiting.filter((caller) => !overdue.includes(caller));
    this.waiting.splice(0, this.waiting.length, ...left);
    for (const { job, reject } of overdue) reject(this.context.tooLate(job, this.lastError));
  }

  private becomeEmpty(): void {
    if (this.timer) clearTimeout(this.timer);
    this.timer = null;
    this.timerAtMs = Infinity;
    this.restUntilMs = 0;
    this.context.gate.forget(this);
    this.onEmpty();
  }
}

function halves<T>(list: readonly T[]): T[][] {
  const middle = Math.ceil(list.length / 2);
  return [list.slice(0, middle), list.slice(middle)];
}
