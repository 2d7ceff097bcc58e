import type { Clock } from '../support/time/clock.js';

/** A line as the handler gave it. */
export interface LogLine {
  /** Its number in the run, from 1. */
  place: number;
  /** Milliseconds since 1970. */
  loggedMs: number;
  message: string;
  /** JSON, or null. */
  fields: string | null;
  bytes: number;
}

/** The run that logs. */
export interface LoggedRun {
  shard: number;
  id: string;
  run: number;
  attempt: number;
}

/** What writes the lines of all runs of a worker. */
export interface LogSink {
  /** Reserves memory for a line. False if there is none left. */
  reserve(bytes: number): boolean;
  release(bytes: number): void;
  /** The log has a line to write. */
  added(log: RunLog): void;
  /** The run has ended, and its outcome waits for these lines. */
  hurry(): void;
}

/** How many lines of a run wait for their write. With more, the oldest of them are dropped. */
export const MAX_WAITING = 200;
/** Longer messages are cut at once, in characters. The rest of the text is not kept in memory. */
export const MAX_READ_LENGTH = 8_192;
/** What a line takes beside its texts. */
const LINE_BYTES = 100;

/** The lines of one run that are not written yet. A dropped line leaves a gap in the numbers, so it can be counted. */
export class RunLog {
  lines: LogLine[] = [];
  private count = 0;
  private hasEnded = false;
  private onWritten: (() => void) | null = null;

  constructor(
    readonly run: LoggedRun,
    private readonly sink: LogSink,
    private readonly clock: Clock,
  ) {}

  /** Whether `add` still takes lines. */
  get isOpen(): boolean {
    return !this.hasEnded;
  }

  /** `fields`: JSON. */
  add(message: string, fields: string | null): void {
    if (this.hasEnded) return;
    this.count++;
    const kept = message.length > MAX_READ_LENGTH ? copied(message.slice(0, MAX_READ_LENGTH)) : message;
    const bytes = LINE_BYTES + 2 * kept.length + (fields?.length ?? 0);
    if (!this.sink.reserve(bytes)) return;
    if (this.lines.length === MAX_WAITING) this.remove(this.lines[0]!.place);
    this.lines.push({ place: this.count, loggedMs: this.clock.epochMs(), message: kept, fields, bytes });
    this.sink.added(this);
  }

  /** Accepts no more lines. Resolves once the last ones are written or given up; null if none wait. */
  end(): Promise<void> | null {
    this.hasEnded = true;
    if (this.lines.length === 0) return null;
    this.sink.hurry();
    return new Promise((resolve) => (this.onWritten = resolve));
  }

  /** The lines up to this number are written, or given up. */
  remove(upTo: number): void {
    const kept = this.lines.findIndex(({ place }) => place > upTo);
    const gone = this.lines.splice(0, kept < 0 ? this.lines.length : kept);
    this.sink.release(gone.reduce((sum, { bytes }) => sum + bytes, 0));
    if (this.lines.length === 0) this.onWritten?.();
  }
}

/** A part of a string keeps the whole string in memory. */
function copied(text: string): string {
  return Buffer.from(text).toString();
}
