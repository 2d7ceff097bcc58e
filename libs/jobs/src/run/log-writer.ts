import { asciiText, cutText, storableText } from '../job/text/error-text.js';
import type { Redact } from '../job/text/redact-secrets.js';
import { RunLog, type LogSink } from '../slots/run-log.js';
import type { RunningJob } from '../slots/running-job.js';
import { isDataError, isUnencodable } from '../store/connection/database-errors.js';
import type { LogStore, WrittenLine } from '../store/log.store.js';
import { groupBy } from '../support/group-by.js';
import type { Clock } from '../support/time/clock.js';
import { Sleeper } from '../support/time/sleeper.js';

export interface LogWriterOptions {
  store: Pick<LogStore, 'append'>;
  clock: Clock;
  redact: Redact;
  onError: (error: unknown) => void;
}

/** Of a message, in bytes. */
const MAX_MESSAGE_BYTES = 2_048;
/** Lines of all runs that wait for their write. Further lines are dropped. */
const MAX_WAITING_BYTES = 8 * 1_048_576;
const EVERY_MS = 1_000;
/** Limits of one statement. The last run in it may go beyond them. */
const MAX_LINES = 1_000;
const MAX_BYTES = 1_048_576;

interface Taken {
  log: RunLog;
  lines: WrittenLine[];
}

/**
 * Writes what the runs of a worker log, in one statement for all of them: the first line at once, then at most once a
 * second. When a run ends, its lines are written at once. A write that fails is repeated while the run goes on.
 */
export class LogWriter implements LogSink {
  private readonly waiting = new Set<RunLog>();
  private bytes = 0;
  private nextMs = -Infinity;
  private isUrgent = false;
  private isWriting = false;
  private readonly pause = new Sleeper();

  constructor(private readonly options: LogWriterOptions) {}

  /** The log of a run, which is written here. */
  open({ shard, id, row }: RunningJob): RunLog {
    return new RunLog({ shard, id, run: row.run, attempt: row.attempts }, this, this.options.clock);
  }

  reserve(bytes: number): boolean {
    if (this.bytes + bytes > MAX_WAITING_BYTES) return false;
    this.bytes += bytes;
    return true;
  }

  release(bytes: number): void {
    this.bytes -= bytes;
  }

  added(log: RunLog): void {
    this.waiting.add(log);
    if (!this.isWriting) void this.writeAll();
  }

  hurry(): void {
    this.isUrgent = true;
    this.pause.wake();
  }

  private async writeAll(): Promise<void> {
    this.isWriting = true;
    // One statement for all lines of this turn.
    await new Promise(setImmediate);
    while (this.waiting.size > 0) {
      const restMs = this.nextMs - this.options.clock.steadyMs();
      if (restMs > 0 && !this.isUrgent) await this.pause.sleep(restMs);
      else await this.writeNext();
    }
    this.isWriting = false;
  }

  private async writeNext(): Promise<void> {
    this.isUrgent = false;
    this.nextMs = this.options.clock.steadyMs() + EVERY_MS;
    const taken = this.take();
    for (const [shard, own] of groupBy(taken, ({ log }) => log.run.shard)) await this.write(shard, own);
    // The outcomes of these runs wait.
    for (const log of this.waiting) this.isUrgent ||= !log.isOpen;
  }

  private take(): Taken[] {
    const taken: Taken[] = [];
    let lines = 0;
    let bytes = 0;
    for (const log of this.waiting) {
      if (lines >= MAX_LINES || bytes >= MAX_BYTES) break;
      this.waiting.delete(log);
      lines += log.lines.length;
      for (const line of log.lines) bytes += line.bytes;
      taken.push({ log, lines: this.cleanLines(log) });
    }
    return taken;
  }

  private cleanLines({ lines, run: { id, run, attempt } }: RunLog): WrittenLine[] {
    const { redact } = this.options;
    return lines.map(({ place, loggedMs, message, fields }) => ({
      id,
      run,
      attempt,
      runLine: place,
      loggedMs,
      message: cutText(redact(storableText(message)), MAX_MESSAGE_BYTES),
      fields,
    }));
  }

  private async write(shard: number, taken: readonly Taken[]): Promise<void> {
    const { store, onError } = this.options;
    const lines = taken.flatMap((each) => each.lines);
    const error = await store
      .append(shard, lines)
      .catch((failure: unknown) => store.append(shard, encodable(lines, failure)))
      .then(() => null)
      .catch((failure: unknown) => failure);
    if (error !== null) onError(error);
    for (const each of taken) this.finish(each, error === null || isDataError(error));
  }

  /** Lines that were not written wait for the next write, unless their run has ended. */
  private finish({ log, lines }: Taken, isOver: boolean): void {
    if (isOver || !log.isOpen) log.remove(lines.at(-1)?.runLine ?? 0);
    if (log.lines.length > 0) this.waiting.add(log);
  }
}

/** The lines with characters spelt out that the database's encoding lacks. Throws any other error. */
function encodable(lines: readonly WrittenLine[], error: unknown): WrittenLine[] {
  if (!isUnencodable(error)) throw error;
  return lines.map((line) => ({
    ...line,
    message: asciiText(line.message),
    fields: line.fields && escaped(line.fields),
  }));
}

/** JSON in ASCII. */
function escaped(json: string): string {
  return json.replaceAll(/[^\x20-\x7e]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
