import { errorText } from '../job/error-text.js';
import { groupBy } from '../job/group-by.js';
import { COMPLETED, type JobOutcome, type WrittenOutcome } from '../job/job-outcome.js';
import { classifyDatabaseError, isLockTimeout } from '../store/database-errors.js';
import type { JobStore } from '../store/job.store.js';
import { retryPauseMs } from '../store/retry-pause.js';
import type { SettledRow } from '../store/sql/settle-jobs.sql.js';
import { LockedRows } from './locked-rows.js';
import type { RunningJob } from './running-job.js';
import { Sleeper } from './sleeper.js';
import { settleParams, type SettleEntry } from './settle-params.js';
import { writtenOutcome } from './written-outcome.js';

/** Told what became of an outcome: written, replaced (not storable, or somebody asked to cancel the job), or lost. */
export type Settled = (running: RunningJob, outcome: JobOutcome) => void;

interface Entry extends SettleEntry {
  settled: Settled;
}

export interface SettleOptions {
  store: JobStore;
  workerId: () => string;
  /** Tells that a write failed and will be tried again. */
  onError: (error: unknown) => void;
  /** Tells that the database takes outcomes again. */
  onRecovered?: () => void;
  /** False once shutdown has no time left: then outcomes are given up, and the rescue takes the jobs back. */
  mayWrite: () => boolean;
}

const MAX_BATCH = 500;
/**
 * Completions that follow a batch so closely gather for the rest of that time, unless there are enough for a statement of
 * their own: a steady trickle would cost a commit and a flush each time. A crash repeats that much more.
 */
const GATHER_MS = 50;
const ENOUGH = 100;
const PAUSE = { minMs: 50, maxMs: 2_000 };

/**
 * Writes outcomes in batches: while one batch is on its way, the outcomes of the same few milliseconds gather for the
 * next. A batch is retried until it is written; a data error fails its own job, a locked row waits alone, and neither ever
 * holds up the batch.
 */
export class SettleBatch {
  private readonly waiting: Entry[] = [];
  private writing: Promise<void> | null = null;
  private lastBatchMs = -Infinity;
  private urgent = false;
  private readonly gathering = new Sleeper();
  private readonly locked = new LockedRows();

  constructor(private readonly options: SettleOptions) {}

  /** Calls `settled` once the outcome is written or given up. */
  settle(running: RunningJob, outcome: WrittenOutcome, settled: Settled): void {
    this.waiting.push({ running, outcome, settled });
    if (!this.mayGather(outcome)) this.hurry();
    this.writing ??= this.writeAll();
  }

  /** Resolves once the outcome, the same for all, is written or given up. */
  async settleAll(jobs: readonly RunningJob[], outcome: WrittenOutcome): Promise<void> {
    await Promise.all(jobs.map((job) => new Promise<unknown>((resolve) => this.settle(job, outcome, resolve))));
  }

  private async writeAll(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
    while (this.waiting.length > 0) {
      const restMs = this.lastBatchMs + GATHER_MS - performance.now();
      if (restMs > 0 && !this.urgent) {
        await this.gathering.sleep(restMs);
        continue;
      }
      this.lastBatchMs = performance.now();
      const batches = byLane(this.waiting.splice(0, MAX_BATCH));
      if (this.waiting.length === 0) this.urgent = false;
      for (const batch of batches) await this.write(batch);
    }
    this.writing = null;
  }

  /** Only completions wait: the delay of a retry counts from when it is written, and what is handed back is due at once. */
  private mayGather(outcome: WrittenOutcome): boolean {
    return outcome.kind === 'completed' && this.waiting.length < ENOUGH;
  }

  private hurry(): void {
    this.urgent = true;
    this.gathering.wake();
  }

  /** `unsure`: an earlier try of these outcomes may have been committed although its reply was lost. */
  private async write(batch: Entry[], unsure = false): Promise<void> {
    for (let tries = 0; ; tries++) {
      try {
        await this.writeOnce(batch, unsure);
        if (tries > 0) this.options.onRecovered?.();
        return;
      } catch (error) {
        if (await this.endedBy(error, batch, unsure)) return;
        unsure = true;
        await pause(tries);
      }
    }
  }

  /** Whether the batch need not be tried again as it is: it is given up, or its outcomes are written in another way. */
  private async endedBy(error: unknown, batch: Entry[], unsure: boolean): Promise<boolean> {
    const kind = classifyDatabaseError(error);
    const oneIsToBlame = kind === 'data' || kind === 'unexpected' || isLockTimeout(error);
    if (!this.options.mayWrite()) lose(batch);
    else if (oneIsToBlame && batch.length > 1) await this.writeHalves(batch, unsure);
    else if (kind === 'data') await this.writeFailure(batch, error);
    else if (isLockTimeout(error)) this.leaveToWait(batch, unsure);
    else if (kind === 'unexpected') {
      this.options.onError(error);
      this.leaveToWait(batch, unsure);
    } else {
      this.options.onError(error);
      return false;
    }
    return true;
  }

  private async writeHalves(batch: Entry[], unsure: boolean): Promise<void> {
    const middle = Math.ceil(batch.length / 2);
    await this.write(batch.slice(0, middle), unsure);
    await this.write(batch.slice(middle), unsure);
  }

  /** The row is locked, or a trigger of the host's refuses it: it must not hold up those that come after it. */
  private leaveToWait(batch: Entry[], unsure: boolean): void {
    void this.locked.writeAlone(batch[0]!.running, async () => {
      try {
        await this.writeOnce(batch, unsure);
        return true;
      } catch (error) {
        if (concernsItsRow(error) && this.options.mayWrite()) return false;
        if (!(await this.endedBy(error, batch, unsure))) await this.write(batch, true);
        return true;
      }
    });
  }

  private async writeOnce(batch: Entry[], unsure: boolean): Promise<void> {
    const shard = batch[0]!.running.shard;
    const unwritten = await this.send(shard, batch);
    const lost = new Set(unsure ? await this.stillMissing(shard, unwritten) : unwritten);
    for (const entry of batch) entry.settled(entry.running, lost.has(entry) ? { kind: 'lost' } : entry.outcome);
  }

  /** Returns what was not written. By job and run, because a batch may hold a run that is over beside the one that follows it. */
  private async send(shard: number, batch: Entry[]): Promise<Entry[]> {
    const { store, workerId } = this.options;
    const [first] = batch as [Entry];
    if (!isPlain(first) || !batch.every((entry) => isOfLane(entry, first))) {
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
    const rows = await this.options.store.readRuns(
      shard,
      missing.map(({ running }) => running.id),
    );
    const found = new Map(rows.map((row) => [row.id, row]));
    return missing.filter((entry) => !wasWritten(entry, found.get(entry.running.id)));
  }

  /** A result that cannot be stored is left out; any other outcome that cannot be makes its own job fail. */
  private async writeFailure(batch: Entry[], error: unknown): Promise<void> {
    const [{ outcome, ...entry }] = batch as [Entry];
    if (outcome.kind === 'failed') return lose(batch);
    const text = errorText(error);
    await this.write([
      outcome.kind === 'completed' && outcome.resultJson !== null
        ? { ...entry, outcome: { ...COMPLETED, error: `The job is done, but its result was not stored: ${text}` } }
        : {
            ...entry,
            outcome: { kind: 'failed', error: `The outcome "${outcome.kind}" could not be stored: ${text}` },
          },
    ]);
  }
}

/** Outcomes that go into one statement: of one shard, and the plain ones by run, apart from the rest. */
function byLane(entries: Entry[]): Iterable<Entry[]> {
  const [first] = entries as [Entry];
  return entries.every((entry) => isOfLane(entry, first)) ? [entries] : groupBy(entries, laneOf).values();
}

function laneOf(entry: Entry): string {
  const { shard, row } = entry.running;
  return isPlain(entry) ? `${shard}:${row.run}` : `${shard}`;
}

/** Whether both have the same lane, without a text for each. */
function isOfLane(entry: Entry, other: Entry): boolean {
  const [{ shard, row }, { shard: otherShard, row: otherRow }] = [entry.running, other.running];
  const plain = isPlain(entry);
  return shard === otherShard && plain === isPlain(other) && (!plain || row.run === otherRow.run);
}

function isPlain({ outcome }: Entry): boolean {
  return outcome.kind === 'completed' && outcome.resultJson === null && outcome.error === undefined;
}

/** Whether the row is what became of this outcome. If so, the entry then has the outcome that was written. */
function wasWritten(entry: Entry, row: SettledRow | undefined): boolean {
  const written = row?.run === entry.running.row.run ? writtenOutcome(entry.outcome, row.status) : null;
  if (written) entry.outcome = written;
  return written !== null;
}

function concernsItsRow(error: unknown): boolean {
  return isLockTimeout(error) || classifyDatabaseError(error) === 'unexpected';
}

function lose(batch: Entry[]): void {
  for (const { running, settled } of batch) settled(running, { kind: 'lost' });
}

function pause(tries: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, retryPauseMs(tries, PAUSE)));
}
