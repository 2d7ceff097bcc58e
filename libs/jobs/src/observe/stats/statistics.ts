import { isCancelled } from '../../store/connection/database-errors.js';
import { NOTHING_KNOWN, type JobCounts } from './job-counts.js';
import { LaneHeads } from './lane-heads.js';
import { areManyDead } from '../../store/worker-connections/patient-executor.js';
import { RationedLook } from './rationed-look.js';
import type { LongRunningRow } from '../../store/sql/stats/stats-running.sql.js';
import { StatsStore } from '../../store/control/stats.store.js';
import type { Executor } from '../../store/statement.js';
import { StatsReader, type HeldLook, type PendingLook, type PendingSizes, type RunningCounts } from './stats-reader.js';
import type { Clock } from '../../support/time/clock.js';

export interface RunningLook {
  running: JobCounts;
  tooLong: number;
  longest: LongRunningRow[];
}

/** Runs work on a connection on which each statement may take two seconds. */
type Read = <T>(work: (executor: Executor) => Promise<T>) => Promise<T>;

export interface StatisticsParts {
  shards: number;
  clock: Clock;
  /** For people and tools. */
  look: Read;
  /** On a connection of the host's: for every process of a fleet, which must not each open another one. */
  onHost: Read;
  /** A separate connection, on which statements may take long. */
  patient: Executor;
}

/** Milliseconds that a caller waits for a slow read. A scrape waits for three of them, within the timeout of its sample. */
const PATIENCE_MS = 900;
const NOTHING_PENDING: PendingLook = {
  pending: NOTHING_KNOWN,
  oldestDue: new Map(),
  byQueue: new Map(),
  pausedTypes: [],
};
/** Milliseconds for which a cancelled statement is taken as proof of many dead index entries. */
const BELIEVED_MS = 600_000;
/** Milliseconds for which the server's word is taken that there are few. */
const FEW_DEAD_MS = 10_000;
/** Limit on the cached answers, because each period that is asked for has its own. */
const MAX_ANSWERS = 20;

/**
 * Counts pending, running and failed jobs. Usually each call reads the database. If a held snapshot keeps many dead index
 * entries, a read steps over all of them and can take seconds. Then reads use a separate connection and at most a
 * twentieth of the time, and callers get the latest answer. Counts of pending jobs stay fresh even then, because the read
 * of each lane starts where its jobs began at the last one.
 */
export class Statistics {
  private readonly lanes: LaneHeads[];
  private readonly survey: RationedLook<unknown>;
  private readonly pendingLook: RationedLook<PendingLook>;
  private readonly others = new Map<string, RationedLook<unknown>>();
  private manyDeadUntilMs = -Infinity;
  private fewDeadUntilMs = -Infinity;

  constructor(private readonly parts: StatisticsParts) {
    this.lanes = Array.from({ length: parts.shards }, () => new LaneHeads());
    this.survey = new RationedLook(parts.clock);
    this.pendingLook = new RationedLook(parts.clock);
  }

  async pending(): Promise<PendingLook> {
    return (await this.usually((stats) => this.readPending(stats))) ?? this.patientPending();
  }

  /** Pending jobs of each queue. Null if nothing is known yet. */
  async pendingSizes(): Promise<PendingSizes | null> {
    const sizes = await this.usually((stats) => stats.sizes(this.lanes));
    if (sizes) return sizes;
    const look = await this.patientPending();
    return look === NOTHING_PENDING ? null : look;
  }

  async failed(hours: number): Promise<JobCounts> {
    return this.look(`failed ${hours}`, (stats) => stats.failed(hours), NOTHING_KNOWN);
  }

  /** Counts running jobs by queue and by worker. */
  async held(): Promise<HeldLook> {
    return this.look('held', (stats) => stats.held(), { byQueue: new Map(), byWorker: new Map() });
  }

  /** Lists up to `take` jobs that run too long: longer than `minutes`, or with null longer than their timeout. */
  async running(minutes: number | null, take: number): Promise<RunningLook> {
    const look = async (stats: StatsReader): Promise<RunningLook> => ({
      ...(await stats.running(minutes)),
      longest: take > 0 ? await stats.longRunning(minutes, take) : [],
    });
    return this.look(`running ${minutes} ${take}`, look, { running: NOTHING_KNOWN, tooLong: 0, longest: [] });
  }

  /** What the gauges show, read in one transaction. */
  async sample(failedHours: number): Promise<{ pending: PendingLook; running: RunningCounts; failed: JobCounts }> {
    const look = async (stats: StatsReader) => ({
      pending: await this.readPending(stats),
      running: await stats.running(null),
      failed: await stats.failed(failedHours),
    });
    const sample = await this.usually(look, this.parts.onHost);
    if (sample) return sample;
    return {
      pending: await this.pending(),
      running: await this.running(null, 0),
      failed: await this.failed(failedHours),
    };
  }

  private async readPending(stats: StatsReader): Promise<PendingLook> {
    return stats.pending(await stats.survey(this.lanes));
  }

  private async look<T>(question: string, look: (stats: StatsReader) => Promise<T>, unknown: T): Promise<T> {
    const answer = await this.usually(look);
    if (answer !== null) return answer;
    const rationed = this.rationed<T>(question);
    return (await rationed.get(() => look(this.patientReader()), PATIENCE_MS)) ?? unknown;
  }

  private async patientPending(): Promise<PendingLook> {
    const surveyed = () => this.lanes.every(({ areKnown }) => areKnown);
    const survey = () => this.patientReader().survey(this.lanes);
    if (!surveyed()) await this.survey.get(survey, PATIENCE_MS);
    if (!surveyed()) return NOTHING_PENDING;
    const look = async () => {
      const stats = this.patientReader();
      return stats.pending(await stats.heads(this.lanes));
    };
    const answer = await this.pendingLook.get(look, PATIENCE_MS);
    void this.survey.get(survey, 0).catch(() => {});
    return answer ?? NOTHING_PENDING;
  }

  /** Returns null if statements may take long. */
  private async usually<T>(look: (stats: StatsReader) => Promise<T>, read = this.parts.look): Promise<T | null> {
    if (this.parts.clock.steadyMs() < this.manyDeadUntilMs) return null;
    try {
      return await read(async (executor) =>
        (await this.mayTakeLong(executor)) ? null : look(this.readerOn(executor)),
      );
    } catch (error) {
      if (!isCancelled(error)) throw error;
      this.manyDeadUntilMs = this.parts.clock.steadyMs() + BELIEVED_MS;
      return null;
    }
  }

  private async mayTakeLong(executor: Executor): Promise<boolean> {
    if (this.parts.clock.steadyMs() < this.fewDeadUntilMs) return false;
    if (await areManyDead(executor)) return true;
    this.fewDeadUntilMs = this.parts.clock.steadyMs() + FEW_DEAD_MS;
    return false;
  }

  private patientReader(): StatsReader {
    return this.readerOn(this.parts.patient);
  }

  private readerOn(executor: Executor): StatsReader {
    return new StatsReader(new StatsStore(executor), this.parts.shards);
  }

  private rationed<T>(question: string): RationedLook<T> {
    const known = this.others.get(question) ?? new RationedLook<unknown>(this.parts.clock);
    this.others.delete(question);
    this.others.set(question, known);
    if (this.others.size > MAX_ANSWERS) this.others.delete(this.others.keys().next().value!);
    return known as RationedLook<T>;
  }
}
