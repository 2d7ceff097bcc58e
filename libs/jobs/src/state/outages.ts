import {
  beginTry,
  expectBack,
  failedTry,
  isForgotten,
  mayTry,
  openOutage,
  turnedAwayMs,
  untilNextTryMs,
  type Outage,
} from '../job/outage.js';
import type { Clock } from '../support/time/clock.js';

/** An outage that reopens this soon after its end is not logged again, in milliseconds. */
const QUIET_MS = 60_000;
/** The end of an outage is remembered for at most this many dependencies. */
const MAX_ENDED = 1_000;
/** Waiting jobs are counted up to this number. */
const MAX_JOBS = 10_000;

export interface LetIn {
  kind: 'work';
  isTry: boolean;
  startedMs: number;
}

export type Entry = LetIn | { kind: 'wait'; delayMs: number };

/** What a call has shown. An aborted call shows nothing. */
export type Finding = 'up' | 'answered with an error' | 'down' | 'nothing';

export interface WaitingJob {
  id: string;
  type: string;
  delayMs: number;
  /** When the dependency was reported as down, on this object's clock. */
  atMs: number;
  error: unknown;
}

export interface EndedOutage {
  dependency: string;
  lastedMs: number;
  /** Jobs of this process that waited, at most 10,000. */
  jobs: number;
  /** False if the outage is given up because nothing has asked for the dependency in a long time. */
  seenUp: boolean;
}

/** Hears what should be logged. */
export interface OutageListener {
  opened: (dependency: string, error: unknown) => void;
  ended: (outage: EndedOutage) => void;
}

interface OpenOutage {
  outage: Outage;
  /** Whether its opening was logged. */
  logged: boolean;
  /** Whether calls show when it ends. If not, it ends when a job of a waiting type completes. */
  called: boolean;
  jobs: Set<string>;
  types: Set<string>;
}

/** The outages of what this process's jobs depend on, in memory. */
export class Outages {
  listener: OutageListener | null = null;
  private readonly open = new Map<string, OpenOutage>();
  private readonly endedMs = new Map<string, number>();

  constructor(
    private readonly clock: Clock,
    private readonly random: () => number = Math.random,
  ) {}

  /** The names of the dependencies that are down, the oldest outage first. */
  names(): string[] {
    this.forget();
    return [...this.open.keys()];
  }

  /** Whether a caller may work now. */
  enter(dependency: string): Entry {
    this.forget();
    const startedMs = this.clock.steadyMs();
    const known = this.open.get(dependency);
    if (!known) return { kind: 'work', isTry: false, startedMs };
    known.called = true;
    if (!mayTry(known.outage, startedMs)) return { kind: 'wait', delayMs: this.turnAway(known) };
    known.outage = beginTry(known.outage, startedMs);
    return { kind: 'work', isTry: true, startedMs };
  }

  /** Records what a call has shown. For `down` it returns how long the caller waits, in milliseconds. */
  leave(dependency: string, { isTry, startedMs }: LetIn, finding: Finding, error?: unknown): number {
    const known = this.open.get(dependency);
    if (!known)
      return finding === 'down' ? untilNextTryMs(this.begin(dependency, error, true).outage, this.clock.steadyMs()) : 0;
    if (finding === 'up' || (finding === 'answered with an error' && startedMs >= known.outage.sinceMs)) {
      this.end(dependency, known, true);
      return 0;
    }
    if (!isTry || known.outage.tryingSinceMs !== startedMs) return this.turnAway(known);
    known.outage = failedTry(known.outage, this.clock.steadyMs(), this.random);
    return untilNextTryMs(known.outage, this.clock.steadyMs());
  }

  /** Records that a job waits. This opens an outage, unless the report is older than the end of the last one. */
  noteWaiting(dependency: string, { id, type, delayMs, atMs, error }: WaitingJob): void {
    let known = this.open.get(dependency);
    if (!known && atMs <= (this.endedMs.get(dependency) ?? -Infinity)) return;
    known ??= this.begin(dependency, error, false);
    known.outage = expectBack(known.outage, this.clock.steadyMs(), delayMs);
    if (known.jobs.size < MAX_JOBS) known.jobs.add(id);
    known.types.add(type);
  }

  noteCompleted(type: string): void {
    for (const [dependency, known] of this.open)
      if (!known.called && known.types.has(type)) this.end(dependency, known, true);
  }

  private turnAway(known: OpenOutage): number {
    const nowMs = this.clock.steadyMs();
    const delayMs = turnedAwayMs(known.outage, nowMs, this.random);
    known.outage = expectBack(known.outage, nowMs, delayMs);
    return delayMs;
  }

  private begin(dependency: string, error: unknown, called: boolean): OpenOutage {
    const nowMs = this.clock.steadyMs();
    const logged = nowMs - (this.endedMs.get(dependency) ?? -Infinity) >= QUIET_MS;
    const outage = openOutage(nowMs, this.random);
    const opened = { outage, logged, called, jobs: new Set<string>(), types: new Set<string>() };
    this.open.set(dependency, opened);
    if (logged) this.listener?.opened(dependency, error);
    return opened;
  }

  private end(dependency: string, { outage, logged, jobs }: OpenOutage, seenUp: boolean): void {
    const nowMs = this.clock.steadyMs();
    this.open.delete(dependency);
    this.remember(dependency, nowMs);
    if (logged) this.listener?.ended({ dependency, lastedMs: nowMs - outage.sinceMs, jobs: jobs.size, seenUp });
  }

  private remember(dependency: string, nowMs: number): void {
    this.endedMs.delete(dependency);
    this.endedMs.set(dependency, nowMs);
    const [oldest] = this.endedMs.keys();
    if (this.endedMs.size > MAX_ENDED && oldest !== undefined) this.endedMs.delete(oldest);
  }

  private forget(): void {
    for (const [dependency, known] of this.open)
      if (isForgotten(known.outage, this.clock.steadyMs())) this.end(dependency, known, false);
  }
}
