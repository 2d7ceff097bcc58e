import { isCancelled } from '../../store/connection/database-errors.js';
import { NOTHING_KNOWN, type JobCounts } from './job-counts.js';
import { LaneHeads } from './lane-heads.js';
import { areManyDead } from '../../store/worker-connections/patient-executor.js';
import { RationedLook } from './rationed-look.js';
import type { LongRunningRow } from '../../store/sql/stats/stats-running.sql.js';
import type { Executor } from '../../store/statement.js';
import { StatsReader, type PendingLook } from './stats-reader.js';

export interface RunningLook {
  running: JobCounts;
  tooLong: number;
  longest: LongRunningRow[];
}

export interface StatisticsParts {
  shards: number;
  /** Runs work on a connection of the host's, where each statement has two seconds. */
  onHost: <T>(work: (executor: Executor) => Promise<T>) => Promise<T>;
  /** A connection of its own, where statements have time. */
  patient: Executor;
}

/** The longest that a caller waits for a look that may take long, in milliseconds: a scrape waits for three of them. */
const PATIENCE_MS = 900;
/** For how long a statement that was broken off is proof enough that there are many dead entries. */
const BELIEVED_MS = 600_000;
/** Of the same question with different periods. */
const MAX_ANSWERS = 20;

/**
 * Answers what waits, runs and has failed. As a rule it looks when it is asked. Where a held snapshot keeps many dead index
 * entries, a look steps over all of them and may take seconds: then looks are made on a connection of their own, as often
 * as a twentieth of the time allows, and the latest answer is given meanwhile. Only what waits is kept fresh: each lane is
 * looked at from where its jobs began before.
 */
export class Statistics {
  private readonly lanes: LaneHeads[];
  private readonly survey = new RationedLook<unknown>();
  private readonly pendingLook = new RationedLook<PendingLook>();
  private readonly others = new Map<string, RationedLook<unknown>>();
  private manyDeadUntilMs = -Infinity;

  constructor(private readonly parts: StatisticsParts) {
    this.lanes = Array.from({ length: parts.shards }, () => new LaneHeads());
  }

  async pending(): Promise<PendingLook> {
    const look = async (stats: StatsReader) => stats.pending(await stats.survey(this.lanes));
    return (await this.onHost(look)) ?? this.patientPending();
  }

  async failed(hours: number): Promise<JobCounts> {
    return this.look(`failed ${hours}`, (stats) => stats.failed(hours), NOTHING_KNOWN);
  }

  /** With `take` of those that have run for too long: for longer than some minutes, or null: than their timeout. */
  async running(minutes: number | null, take: number): Promise<RunningLook> {
    const look = async (stats: StatsReader): Promise<RunningLook> => ({
      ...(await stats.running(minutes)),
      longest: take > 0 ? await stats.longRunning(minutes, take) : [],
    });
    return this.look(`running ${minutes} ${take}`, look, { running: NOTHING_KNOWN, tooLong: 0, longest: [] });
  }

  private async look<T>(question: string, look: (stats: StatsReader) => Promise<T>, unknown: T): Promise<T> {
    const answer = await this.onHost(look);
    if (answer !== null) return answer;
    const rationed = this.rationed<T>(question);
    return (await rationed.get(() => look(this.patientReader()), PATIENCE_MS)) ?? unknown;
  }

  private async patientPending(): Promise<PendingLook> {
    const surveyed = () => this.lanes.every(({ areKnown }) => areKnown);
    const survey = () => this.patientReader().survey(this.lanes);
    if (!surveyed()) await this.survey.get(survey, PATIENCE_MS);
    if (!surveyed()) return { pending: NOTHING_KNOWN, oldestDue: new Map() };
    const look = async () => {
      const stats = this.patientReader();
      return stats.pending(await stats.heads(this.lanes));
    };
    const answer = await this.pendingLook.get(look, PATIENCE_MS);
    void this.survey.get(survey, 0).catch(() => {});
    return answer ?? { pending: NOTHING_KNOWN, oldestDue: new Map() };
  }

  /** Null if statements may take long. */
  private async onHost<T>(look: (stats: StatsReader) => Promise<T>): Promise<T | null> {
    if (performance.now() < this.manyDeadUntilMs) return null;
    try {
      return await this.parts.onHost(async (executor) =>
        (await areManyDead(executor)) ? null : look(new StatsReader(executor, this.parts.shards)),
      );
    } catch (error) {
      if (!isCancelled(error)) throw error;
      this.manyDeadUntilMs = performance.now() + BELIEVED_MS;
      return null;
    }
  }

  private patientReader(): StatsReader {
    return new StatsReader(this.parts.patient, this.parts.shards);
  }

  private rationed<T>(question: string): RationedLook<T> {
    const known = this.others.get(question) ?? new RationedLook<unknown>();
    this.others.delete(question);
    this.others.set(question, known);
    if (this.others.size > MAX_ANSWERS) this.others.delete(this.others.keys().next().value!);
    return known as RationedLook<T>;
  }
}
