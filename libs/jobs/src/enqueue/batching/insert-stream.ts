import { contendedPauseMs } from '../../store/connection/retry-contended.js';
import type { EnqueuedJob } from '../enqueue-options.js';
import { afterRefusal } from './on-refusal.js';
import type { PreparedJob } from '../prepare-job.js';
import type { Sender, StatementGate } from './statement-gate.js';
import { fitting, MAX_STATEMENT_BYTES } from './take-batch.js';
import type { Clock } from '../../support/time/clock.js';

/**
 * A job and the caller that waits for its insert. A class, not an object literal, so that V8 makes it in the young
 * generation (docs/measurements/cpu.md).
 */
export class Caller {
  constructor(
    readonly job: PreparedJob,
    /** Deadline of the caller, by `Clock.steadyMs()`. */
    readonly untilMs: number,
    readonly resolve: (enqueued: EnqueuedJob) => void,
    readonly reject: (error: unknown) => void,
  ) {}
}

export interface StreamRules {
  /** Its statements set no lock timeout, because jobs without options rarely meet a lock. Other statements set one. */
  fast: boolean;
  /** All its jobs have the same unique key and so wait for the same lock. */
  oneKey: boolean;
}

export interface StreamStatement extends StreamRules {
  /** Milliseconds that it may wait for a connection. */
  waitMs: number;
  /** Milliseconds that it may wait for a lock. Ignored if it is fast. */
  lockMs: number;
}

export interface StreamContext {
  clock: Clock;
  gate: StatementGate;
  insert: (jobs: PreparedJob[], statement: StreamStatement) => Promise<EnqueuedJob[]>;
  /** Makes the error of a caller past its deadline. `lastError`: why the stream's last statement failed, if any. */
  tooLate: (job: PreparedJob, lastError: unknown) => unknown;
}

const BOUNDS = { rows: 1_000, bytes: MAX_STATEMENT_BYTES };
/** A slower statement may be blocked by something that concerns only its own jobs, so the next one starts beside it. */
const SLOW_MS = 25;
/** Most locks end with a short transaction. After one that did not, each further try only tests whether it is free. */
const FIRST_LOCK_MS = 10;
const REPEATED_LOCK_MS = 1;
const payloadOf = ({ job }: Caller): string => job.payload;

/**
 * Jobs that share statements. A statement takes the jobs of one tick, or those added while the last statement ran.
 * Each caller gets its own id or its own error.
 */
export class InsertStream implements Sender {
  /** Called whenever no job waits and no statement runs. */
  onEmpty: () => void = () => {};
  private readonly waiting: Caller[] = [];
  private underWay = 0;
  /** Number of the latest statement; 0 once it has ended or is slow. */
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
    private readonly context: StreamContext,
    private readonly rules: StreamRules,
    /** No other job can be added that a pause would delay. */
    private readonly apart: boolean = rules.oneKey,
  ) {}

  get kind(): Sender['kind'] {
    if (this.tries > 0) return 'repeated';
    return this.rules.fast ? 'fast' : 'keyed';
  }

  /** `Clock.steadyMs()`, read once per tick for all its callers. */
  nowMs(): number {
    return this.flushing ? this.tickMs : (this.tickMs = this.context.clock.steadyMs());
  }

  add(caller: Caller): void {
    this.waiting.push(caller);
    if (this.flushing) return;
    if (this.latest !== 0) return this.lookAgain();
    this.flushing = true;
    // A microtask runs after all callers of this tick, yet a single caller does not wait for the event loop.
    queueMicrotask(() => this.send());
  }

  roomMade(): void {
    this.send();
  }

  /** Sends a statement if one may start, and sets a timer for the jobs that are left. */
  private send(): void {
    this.flushing = false;
    if (this.waiting.length > 0 && this.maySend()) this.sendBatch();
    if (this.waiting.length > 0) this.lookAgain();
    else if (this.underWay === 0) this.becomeEmpty();
  }

  private maySend(): boolean {
    if (this.latest !== 0 || this.underWay >= this.maxUnderWay()) return false;
    if (this.restUntilMs > 0) {
      if (this.context.clock.steadyMs() < this.restUntilMs) return false;
      this.restUntilMs = 0;
    }
    return this.context.gate.enter(this);
  }

  /** Statements with one key would only wait for each other. Other streams leave one place in the gate free. */
  private maxUnderWay(): number {
    return this.rules.oneKey ? 1 : Math.max(1, this.context.gate.limit - 1);
  }

  private sendBatch(): void {
    const callers = this.waiting.splice(0, this.waiting.length === 1 ? 1 : fitting(this.waiting, payloadOf, BOUNDS));
    this.latest = ++this.sent;
    this.latestSinceMs = this.context.clock.steadyMs();
    this.underWay++;
    void this.write(callers, this.latest, this.kind);
  }

  private async write(callers: Caller[], number: number, kind: Sender['kind']): Promise<void> {
    const { context, rules } = this;
    try {
      const jobs = callers.map(({ job }) => job);
      const { fast, oneKey } = rules;
      const waitMs = callers[0]!.untilMs - this.latestSinceMs;
      const lockMs = kind === 'repeated' ? REPEATED_LOCK_MS : FIRST_LOCK_MS;
      const enqueued = await context.insert(jobs, { fast, oneKey, waitMs, lockMs });
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
        return (this.apart && !rules.fast ? this : this.aside([], false)).rest(callers, error);
      case 'each':
        for (const caller of callers) this.aside([caller], false);
        return;
      case 'halves':
        for (const half of halves(callers)) this.aside(half, rules.fast);
    }
  }

  /** Moves jobs to a stream of their own, so that their lock or refusal does not delay the others. */
  private aside(callers: Caller[], fast: boolean): InsertStream {
    const stream = new InsertStream(this.context, { ...this.rules, fast }, true);
    for (const caller of callers) stream.add(caller);
    return stream;
  }

  /** Tries again after a pause. Rejects the callers whose deadline is before its end. */
  private rest(callers: Caller[], error: unknown): void {
    this.lastError = error;
    this.waiting.unshift(...callers);
    const nowMs = this.context.clock.steadyMs();
    const pauseMs = (caller: Caller) => contendedPauseMs(this.tries, caller.untilMs - nowMs);
    this.rejectThose((caller) => pauseMs(caller) === null);
    this.tries++;
    if (this.waiting.length === 0) return;
    this.restUntilMs = nowMs + (pauseMs(this.waiting[0]!) ?? 0);
    this.lookAgain();
  }

  private lookAgain(): void {
    const nowMs = this.context.clock.steadyMs();
    const slowAtMs = this.latest === 0 ? Infinity : this.latestSinceMs + SLOW_MS;
    // Also if the pause seems over: a timer may fire early, and only `maySend()` resets `restUntilMs`.
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
    const nowMs = this.context.clock.steadyMs();
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
