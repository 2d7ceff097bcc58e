import { groupBy } from '../support/group-by.js';
import { BatchSize } from '../support/batch-size.js';
import { fitOneStatement, hasNoTexts, type Entry } from './outcome-entry.js';
import type { OutcomeWriter } from './outcome-writer.js';
import { Sleeper } from '../support/time/sleeper.js';
import type { Clock } from '../support/time/clock.js';

const MAX_ROWS = 500;
/** The texts of one statement. Escaping and sending this much takes the event loop a few milliseconds. */
const MAX_BYTES = 1_048_576;
/**
 * Completions within this time after a batch wait for more, up to `ENOUGH_ROWS`. Otherwise a steady trickle of them
 * would pay a commit each. A crash repeats what completed in this time (docs/decisions/0024-settle.md).
 */
const GATHER_MS = 50;
const ENOUGH_ROWS = 100;
const ENOUGH_BYTES = MAX_BYTES / 4;

const nobodyWaits = (): boolean => false;

/** Writes one batch of outcomes at a time. While a batch is being written, the next one gathers. */
export class OutcomeBatcher {
  private readonly waiting: Entry[] = [];
  private waitingBytes = 0;
  private readonly size = new BatchSize(MAX_ROWS);
  private writing: Promise<void> | null = null;
  private lastBatchMs = -Infinity;
  private urgent = false;
  private readonly gathering = new Sleeper();

  constructor(
    private readonly writer: OutcomeWriter,
    private readonly clock: Clock,
    private readonly isAwaited: (id: string) => boolean = nobodyWaits,
  ) {}

  add(entry: Entry): void {
    this.waiting.push(entry);
    this.waitingBytes += entry.bytes;
    if (!this.mayGather(entry) || this.isAwaited(entry.id)) this.hurry();
    this.writing ??= this.writeAll();
  }

  private async writeAll(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
    while (this.waiting.length > 0) {
      const restMs = this.lastBatchMs + GATHER_MS - this.clock.steadyMs();
      if (restMs > 0 && !this.urgent) {
        await this.gathering.sleep(restMs);
        continue;
      }
      this.lastBatchMs = this.clock.steadyMs();
      const batches = byStatement(this.take());
      if (this.waiting.length === 0) this.urgent = false;
      for (const batch of batches) await this.write(batch);
    }
    this.writing = null;
  }

  /**
   * Only completions wait. The delay of a retry counts from its write, and a job that is handed back is due at once.
   */
  private mayGather({ outcome }: Entry): boolean {
    return outcome.kind === 'completed' && this.waiting.length < ENOUGH_ROWS && this.waitingBytes < ENOUGH_BYTES;
  }

  private hurry(): void {
    this.urgent = true;
    this.gathering.wake();
  }

  /** Takes as many entries as one statement may hold, at least one. */
  private take(): Entry[] {
    const most = Math.min(this.waiting.length, this.size.rows);
    let bytes = this.waiting[0]!.bytes;
    let rows = 1;
    for (; rows < most; rows++) {
      const more = bytes + this.waiting[rows]!.bytes;
      if (more > MAX_BYTES) break;
      bytes = more;
    }
    this.waitingBytes -= bytes;
    return this.waiting.splice(0, rows);
  }

  private async write(batch: Entry[]): Promise<void> {
    const startedMs = this.clock.steadyMs();
    if (await this.writer.write(batch)) this.size.took(this.clock.steadyMs() - startedMs);
    else this.size.tooMuch(batch.length);
  }
}

/** Groups entries by statement. Completions without texts are grouped by shard and run, all others by shard. */
function byStatement(entries: Entry[]): Iterable<Entry[]> {
  const [first] = entries as [Entry];
  return entries.every((entry) => fitOneStatement(entry, first)) ? [entries] : groupBy(entries, statementOf).values();
}

function statementOf(entry: Entry): string {
  const { shard } = entry.running;
  return hasNoTexts(entry) ? `${shard}:${entry.run}` : `${shard}`;
}
