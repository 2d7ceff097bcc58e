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

/** An outage that reopens this soon after its end is not worth a line of the log each time. */
const QUIET_MS = 60_000;
/** What has ended is remembered of so many dependencies. */
const MAX_ENDED = 1_000;
/** Jobs that wait are counted up to here. */
const MAX_JOBS = 10_000;

export interface LetIn {
  kind: 'work';
  isTry: boolean;
  startedMs: number;
}

export type Entry = LetIn | { kind: 'wait'; delayMs: number };

/** What a call has shown. An aborted one shows nothing. */
export type Finding = 'up' | 'answered with an error' | 'down' | 'nothing';

export interface WaitingJob {
  id: string;
  type: string;
  delayMs: number;
  /** When it was said that the dependency is down. */
  atMs: number;
  error: unknown;
}

export interface EndedOutage {
  dependency: string;
  lastedMs: number;
  /** Jobs of this process that waited, at most 10,000. */
  jobs: number;
  /** False if nothing has asked for so long that the outage is given up. */
  seenUp: boolean;
}

/** Told of what is worth a line of the log. */
export interface OutageListener {
  opened: (dependency: string, error: unknown) => void;
  ended: (outage: EndedOutage) => void;
}

interface OpenOutage {
  outage: Outage;
  /** Whether its opening was told. */
  told: boolean;
  /** Whether calls show when it ends. Otherwise, a job of a type that has waited shows it by completing. */
  called: boolean;
  jobs: Set<string>;
  types: Set<string>;
}

/** What is down among the things that the jobs of this process talk to, in memory. */
export class Outages {
  listener: OutageListener | null = null;
  private readonly open = new Map<string, OpenOutage>();
  private readonly endedMs = new Map<string, number>();

  constructor(
    private readonly now: () => number = () => performance.now(),
    private readonly random: () => number = Math.random,
  ) {}

  /** Names of what is down, the oldest outage first. */
  names(): string[] {
    this.forget();
    return [...this.open.keys()];
  }

  /** Whether a caller may work now. */
  enter(dependency: string): Entry {
    this.forget();
    const startedMs = this.now();
    const known = this.open.get(dependency);
    if (!known) return { kind: 'work', isTry: false, startedMs };
    known.called = true;
    if (!mayTry(known.outage, startedMs)) return { kind: 'wait', delayMs: this.turnAway(known) };
    known.outage = beginTry(known.outage, startedMs);
    return { kind: 'work', isTry: true, startedMs };
  }

  /** What a call that was let in has shown. Returns how long its caller waits if that is `down`, in milliseconds. */
  leave(dependency: string, { isTry, startedMs }: LetIn, finding: Finding, error?: unknown): number {
    const known = this.open.get(dependency);
    if (!known) return finding === 'down' ? untilNextTryMs(this.begin(dependency, error, true).outage, this.now()) : 0;
    if (finding === 'up' || (finding === 'answered with an error' && startedMs >= known.outage.sinceMs)) {
      this.end(dependency, known, true);
      return 0;
    }
    if (!isTry || known.outage.tryingSinceMs !== startedMs) return this.turnAway(known);
    known.outage = failedTry(known.outage, this.now(), this.random);
    return untilNextTryMs(known.outage, this.now());
  }

  /**
   * A job waits for a dependency. That opens the outage, if it was said after the last one ended: what was said before
   * is about that one.
   */
  noteWaiting(dependency: string, { id, type, delayMs, atMs, error }: WaitingJob): void {
    let known = this.open.get(dependency);
    if (!known && atMs <= (this.endedMs.get(dependency) ?? -Infinity)) return;
    known ??= this.begin(dependency, error, false);
    known.outage = expectBack(known.outage, this.now(), delayMs);
    if (known.jobs.size < MAX_JOBS) known.jobs.add(id);
    known.types.add(type);
  }

  noteCompleted(type: string): void {
    for (const [dependency, known] of this.open)
      if (!known.called && known.types.has(type)) this.end(dependency, known, true);
  }

  private turnAway(known: OpenOutage): number {
    const nowMs = this.now();
    const delayMs = turnedAwayMs(known.outage, nowMs, this.random);
    known.outage = expectBack(known.outage, nowMs, delayMs);
    return delayMs;
  }

  private begin(dependency: string, error: unknown, called: boolean): OpenOutage {
    const nowMs = this.now();
    const told = nowMs - (this.endedMs.get(dependency) ?? -Infinity) >= QUIET_MS;
    const outage = openOutage(nowMs, this.random);
    const opened = { outage, told, called, jobs: new Set<string>(), types: new Set<string>() };
    this.open.set(dependency, opened);
    if (told) this.listener?.opened(dependency, error);
    return opened;
  }

  private end(dependency: string, { outage, told, jobs }: OpenOutage, seenUp: boolean): void {
    const nowMs = this.now();
    this.open.delete(dependency);
    this.remember(dependency, nowMs);
    if (told) this.listener?.ended({ dependency, lastedMs: nowMs - outage.sinceMs, jobs: jobs.size, seenUp });
  }

  private remember(dependency: string, nowMs: number): void {
    this.endedMs.delete(dependency);
    this.endedMs.set(dependency, nowMs);
    const [oldest] = this.endedMs.keys();
    if (this.endedMs.size > MAX_ENDED && oldest !== undefined) this.endedMs.delete(oldest);
  }

  private forget(): void {
    for (const [dependency, known] of this.open)
      if (isForgotten(known.outage, this.now())) this.end(dependency, known, false);
  }
}
