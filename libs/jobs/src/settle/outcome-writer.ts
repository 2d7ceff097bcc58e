import { errorText } from '../job/text/error-text.js';
import { isLockTimeout, SkippedChangeError } from '../store/connection/database-errors.js';
import type { SettleStore } from '../store/stages/settle.store.js';
import { retryPauseMs } from '../support/time/retry-pause.js';
import type { RunRow } from '../store/sql/settle/read-runs.sql.js';
import type { SettledRow } from '../store/sql/settle/settle-jobs.sql.js';
import { afterWriteError, concernsItsRow, type AfterWriteError } from './after-write-error.js';
import { insteadOf } from './instead-of.js';
import { LockedRows } from './locked-rows.js';
import { outcomeBytes } from '../job/outcome/outcome-bytes.js';
import { fitOneStatement, hasNoTexts, Entry } from './outcome-entry.js';
import { writtenOutcome } from './written-outcome.js';
import type { Clock } from '../support/time/clock.js';

export interface OutcomeWriterOptions {
  store: Pick<SettleStore, 'settle' | 'settleCompleted' | 'readRuns'>;
  workerId: string;
  clock: Clock;
  /** A write failed and will be tried again. */
  onError: (error: unknown) => void;
  /** The database accepts outcomes again. */
  onRecovered?: () => void;
  /** False once a shutdown has no time left. Outcomes are then given up, and the rescue takes the jobs back. */
  mayWrite: () => boolean;
}

const PAUSE = { minMs: 50, maxMs: 2_000 };

interface Circumstances {
  /** An earlier try may have been committed although its reply was lost. */
  unsure: boolean;
  /** The batch is already set aside, so no other outcome waits for it. */
  aside: boolean;
}

interface Missing {
  lost: ReadonlySet<Entry>;
  skipped: ReadonlySet<Entry>;
}

const AT_FIRST: Circumstances = { unsure: false, aside: false };

/**
 * Writes batches of outcomes and handles every failure (docs/decisions/0024-settle.md). A data error fails only its own
 * job. A locked row waits by itself. A batch that took too long or was not answered is halved, and its halves are
 * written while later outcomes go on.
 */
export class OutcomeWriter {
  private failing = false;
  private readonly locked = new LockedRows();
  /** Batches that were set aside are written one at a time, so they take at most one connection. */
  private aside: Promise<void> = Promise.resolve();

  constructor(private readonly options: OutcomeWriterOptions) {}

  /** Resolves once no later outcome has to wait for these. False if the batch was too large for one statement. */
  async write(batch: Entry[], { unsure, aside } = AT_FIRST): Promise<boolean> {
    for (let tries = 0; ; tries++) {
      const startedMs = this.options.clock.steadyMs();
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
    const tookMs = this.options.clock.steadyMs() - startedMs;
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
        await this.writeFailure(batch, error, how);
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

  /** Lets one outcome wait by itself, so that it does not delay later ones. */
  private leaveToWait(batch: Entry[], error: unknown, { unsure }: Circumstances): void {
    this.reportRowError(error);
    let isUnsure = unsure || !concernsItsRow(error);
    let refusals = 0;
    void this.locked.writeAlone(batch[0]!.running, async () => {
      const startedMs = this.options.clock.steadyMs();
      try {
        await this.writeOnce(batch, isUnsure);
        return true;
      } catch (again) {
        refusals = concernsItsRow(again) && !isLockTimeout(again) ? refusals + 1 : 0;
        const next = this.after(again, batch, startedMs, refusals);
        isUnsure ||= !concernsItsRow(again);
        if (next === 'alone') return false;
        const how = { unsure: isUnsure, aside: true };
        await (next === 'again' ? this.write(batch, how) : this.writeOtherwise(next, batch, again, how));
        return true;
      }
    });
  }

  private reportRowError(error: unknown): void {
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
    const { unwritten, isCertain } = await this.send(shard, batch);
    if (unwritten.length > 0) return this.writeMissing(batch, unwritten, unsure, isCertain);
    this.recovered();
    for (const entry of batch) entry.settled(entry.running, entry.outcome);
  }

  /** Ends a batch after a reply that does not prove all of it written. */
  private async writeMissing(batch: Entry[], unwritten: Entry[], unsure: boolean, isCertain: boolean): Promise<void> {
    const { shard } = batch[0]!.running;
    const { lost, skipped } = await this.whatBecameOf(shard, unwritten, unsure || !isCertain);
    if (skipped.size === batch.length) throw new SkippedChangeError();
    this.recovered();
    for (const entry of batch)
      if (skipped.has(entry)) this.leaveToWait([entry], new SkippedChangeError(), { unsure, aside: true });
      else entry.settled(entry.running, lost.has(entry) ? { kind: 'lost' } : entry.outcome);
  }

  /**
   * Returns the entries that the reply does not prove written. `settle_completed` returns only a count, so if that is
   * too low, all entries are doubtful.
   * Entries are matched by job and run: a batch may hold two runs of one job.
   */
  private async send(shard: number, batch: Entry[]): Promise<{ unwritten: Entry[]; isCertain: boolean }> {
    const { store, workerId } = this.options;
    const [first] = batch as [Entry];
    if (!hasNoTexts(first) || !batch.every((entry) => fitOneStatement(entry, first))) {
      const rows = await store.settle({ shard, workerId, outcomes: batch });
      return { unwritten: batch.filter((entry) => !wasWritten(entry, rows.get(entry.id))), isCertain: true };
    }
    const ids = batch.map(({ id }) => id);
    const written = await store.settleCompleted({ shard, workerId, ids, run: first.run });
    return { unwritten: written === ids.length ? [] : batch, isCertain: false };
  }

  /** Reads the rows to find out whether an outcome was written, skipped by the database, or lost. */
  private async whatBecameOf(shard: number, unwritten: Entry[], mayBeWritten: boolean): Promise<Missing> {
    const { store, workerId } = this.options;
    const rows = await store.readRuns(
      shard,
      unwritten.map(({ id }) => id),
    );
    const found = new Map(rows.map((row) => [row.id, row]));
    const missing = { lost: new Set<Entry>(), skipped: new Set<Entry>() };
    for (const entry of unwritten) {
      const row = found.get(entry.id);
      if (isStillRunning(entry, row, workerId)) missing.skipped.add(entry);
      else if (!mayBeWritten || !wasWritten(entry, row)) missing.lost.add(entry);
    }
    return missing;
  }

  private async writeFailure(batch: Entry[], error: unknown, how: Circumstances): Promise<void> {
    const [entry] = batch as [Entry];
    const outcome = insteadOf(entry.outcome, error);
    const { running, settled } = entry;
    if (outcome) await this.write([new Entry(running, outcome, settled, outcomeBytes(outcome))], how);
    else settled(running, { kind: 'lost', error: errorText(error) });
  }
}

/** Whether the row shows this outcome. If so, the entry gets the outcome that was really written. */
function wasWritten(entry: Entry, row: SettledRow | undefined): boolean {
  const written = row?.run === entry.run ? writtenOutcome(entry.outcome, row.status) : null;
  if (written) entry.outcome = written;
  return written !== null;
}

function isStillRunning({ run }: Entry, row: RunRow | undefined, workerId: string): boolean {
  return row?.run === run && row.status === 'processing' && row.worker_id === workerId;
}

function lose(batch: Entry[]): void {
  for (const { running, settled } of batch) settled(running, { kind: 'lost' });
}

function pause(tries: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, retryPauseMs(tries, PAUSE)));
}
