import { errorText } from '../job/error-text.js';
import { COMPLETED, type WrittenOutcome } from '../job/job-outcome.js';
import { isLockTimeout } from '../store/database-errors.js';
import type { JobStore } from '../store/job.store.js';
import { retryPauseMs } from '../store/retry-pause.js';
import type { SettledRow } from '../store/sql/settle-jobs.sql.js';
import { afterWriteError, concernsItsRow, type AfterWriteError } from './after-write-error.js';
import { LockedRows } from './locked-rows.js';
import { isAlike, isPlain, outcomeBytes, type Entry } from './outcome-entry.js';
import { settleParams } from './settle-params.js';
import { writtenOutcome } from './written-outcome.js';

export interface OutcomeWriterOptions {
  store: JobStore;
  workerId: () => string;
  /** Tells that a write failed and will be tried again. */
  onError: (error: unknown) => void;
  /** Tells that the database takes outcomes again. */
  onRecovered?: () => void;
  /** False once shutdown has no time left: then outcomes are given up, and the rescue takes the jobs back. */
  mayWrite: () => boolean;
}

const PAUSE = { minMs: 50, maxMs: 2_000 };

/** How a batch is written. */
interface Circumstances {
  /** An earlier try of these outcomes may have been committed although its reply was lost. */
  unsure: boolean;
  /** It is aside already: nobody waits behind it. */
  aside: boolean;
}

const AT_FIRST: Circumstances = { unsure: false, aside: false };

/**
 * Writes batches of outcomes, whatever happens. A data error fails its own job. A locked row waits alone. A batch that took
 * too long, or that nobody answers for, is not sent again as it is: its halves are written beside what comes after it.
 */
export class OutcomeWriter {
  private failing = false;
  private readonly locked = new LockedRows();
  /** Batches that were too much, one after the other, so that they take one connection at most. */
  private aside: Promise<void> = Promise.resolve();

  constructor(private readonly options: OutcomeWriterOptions) {}

  /** Resolves once nothing more has to wait for these outcomes: false if they were too much for one statement. */
  async write(batch: Entry[], { unsure, aside } = AT_FIRST): Promise<boolean> {
    for (let tries = 0; ; tries++) {
      const startedMs = performance.now();
      try {
        await this.writeOnce(batch, unsure);
        return true;
      } catch (error) {
        const next = this.after(error, batch, startedMs, tries);
        if (next !== 'again') return this.writeOtherwise(next, batch, error, { unsure, aside });
        this.failed(error);
        unsure = true;
        await pause(tries);
      }
    }
  }

  private after(error: unknown, batch: Entry[], startedMs: number, triesBefore: number): AfterWriteError {
    const tookMs = performance.now() - startedMs;
    return afterWriteError(error, {
      outcomes: batch.length,
      tookMs,
      triesBefore,
      mayWrite: this.options.mayWrite(),
    });
  }

  private async writeOtherwise(
    next: Exclude<AfterWriteError, 'again'>,
    batch: Entry[],
    error: unknown,
    how: Circumstances,
  ): Promise<boolean> {
    switch (next) {
      case 'give up':
        lose(batch);
        return true;
      case 'fail':
        await this.writeFailure(batch, error);
        return true;
      case 'halves':
        await this.writeHalves(batch, how);
        return true;
      case 'alone':
        this.leaveToWait(batch, error, how);
        return true;
      case 'aside':
        await this.writeAside(batch, error, how);
        return false;
    }
  }

  private async writeHalves(batch: Entry[], how: Circumstances): Promise<void> {
    const middle = Math.ceil(batch.length / 2);
    await this.write(batch.slice(0, middle), how);
    await this.write(batch.slice(middle), how);
  }

  private async writeAside(batch: Entry[], error: unknown, { aside }: Circumstances): Promise<void> {
    this.failed(error);
    const writing = () => this.writeHalves(batch, { unsure: true, aside: true });
    if (aside) await writing();
    else this.aside = this.aside.then(writing);
  }

  /** The row is locked or slow, or a trigger of the host's refuses it: it must not hold up those that come after it. */
  private leaveToWait(batch: Entry[], error: unknown, { unsure }: Circumstances): void {
    this.tellOfRow(error);
    let isUnsure = unsure || !concernsItsRow(error);
    void this.locked.writeAlone(batch[0]!.running, async () => {
      const startedMs = performance.now();
      try {
        await this.writeOnce(batch, isUnsure);
        return true;
      } catch (again) {
        const next = this.after(again, batch, startedMs, 0);
        isUnsure ||= !concernsItsRow(again);
        if (next === 'alone') return false;
        const how = { unsure: isUnsure, aside: true };
        await (next === 'again' ? this.write(batch, how) : this.writeOtherwise(next, batch, again, how));
        return true;
      }
    });
  }

  private tellOfRow(error: unknown): void {
    if (!concernsItsRow(error)) this.failed(error);
    else if (!isLockTimeout(error)) this.options.onError(error);
  }

  private failed(error: unknown): void {
    this.failing = true;
    this.options.onError(error);
  }

  private recovered(): void {
    if (!this.failing) return;
    this.failing = false;
    this.options.onRecovered?.();
  }

  private async writeOnce(batch: Entry[], unsure: boolean): Promise<void> {
    const shard = batch[0]!.running.shard;
    const unwritten = await this.send(shard, batch);
    const lost = new Set(unsure ? await this.stillMissing(shard, unwritten) : unwritten);
    this.recovered();
    for (const entry of batch) entry.settled(entry.running, lost.has(entry) ? { kind: 'lost' } : entry.outcome);
  }

  /** Returns what was not written. By job and run, because a batch may hold a run that is over beside the one that follows it. */
  private async send(shard: number, batch: Entry[]): Promise<Entry[]> {
    const { store, workerId } = this.options;
    const [first] = batch as [Entry];
    if (!isPlain(first) || !batch.every((entry) => isAlike(entry, first))) {
      const rows = await store.settle(settleParams(shard, workerId(), batch));
      return batch.filter((entry) => !wasWritten(entry, rows.get(entry.running.id)));
    }
    const ids = batch.map(({ running }) => running.id);
    const written = await store.settleCompleted(shard, workerId(), ids, first.running.row.run);
    return written === ids.length ? [] : this.stillMissing(shard, batch);
  }

  /** After a reply that got lost, or one that is only a number, the rows themselves say whether the outcome was committed. */
  private async stillMissing(shard: number, missing: Entry[]): Promise<Entry[]> {
    if (missing.length === 0) return [];
    const ids = missing.map(({ running }) => running.id);
    const rows = await this.options.store.readRuns(shard, ids);
    const found = new Map(rows.map((row) => [row.id, row]));
    return missing.filter((entry) => !wasWritten(entry, found.get(entry.running.id)));
  }

  /** A result that cannot be stored is left out; any other outcome that cannot be makes its own job fail. */
  private async writeFailure(batch: Entry[], error: unknown): Promise<void> {
    const [entry] = batch as [Entry];
    if (entry.outcome.kind === 'failed') return lose(batch);
    const outcome = insteadOf(entry.outcome, errorText(error));
    await this.write([{ ...entry, outcome, bytes: outcomeBytes(outcome) }]);
  }
}

function insteadOf(outcome: WrittenOutcome, error: string): WrittenOutcome {
  return outcome.kind === 'completed' && outcome.resultJson !== null
    ? { ...COMPLETED, error: `The job is done, but its result was not stored: ${error}` }
    : { kind: 'failed', error: `The outcome "${outcome.kind}" could not be stored: ${error}` };
}

/** Whether the row is what became of this outcome. If so, the entry then has the outcome that was written. */
function wasWritten(entry: Entry, row: SettledRow | undefined): boolean {
  const written = row?.run === entry.running.row.run ? writtenOutcome(entry.outcome, row.status) : null;
  if (written) entry.outcome = written;
  return written !== null;
}

function lose(batch: Entry[]): void {
  for (const { running, settled } of batch) settled(running, { kind: 'lost' });
}

function pause(tries: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, retryPauseMs(tries, PAUSE)));
}
