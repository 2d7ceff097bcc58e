import { describeDatabaseError, isRowsFault } from '../store/connection/database-errors.js';
import type { ClaimedRun, ClaimStore } from '../store/stages/claim.store.js';
import { RunningJob } from '../slots/running-job.js';
import type { Clock } from '../support/time/clock.js';
import { report } from '../report/report.js';
import { RefusedJobs } from './refused-jobs.js';

export interface GivenClaimsParts {
  claims: Pick<ClaimStore, 'claimGiven'>;
  workerId: string;
  clock: Clock;
}

/** After so many refusals without one success, the database is at fault and not the jobs. */
const MOST_REFUSALS = 8;
const REPORT_EVERY_MS = 10_000;

/**
 * Claims jobs by their ids. If the database refuses one of them, such as by a trigger of the host's, the others are
 * claimed without it.
 */
export class GivenClaims {
  readonly refused = new RefusedJobs();
  private unreported = 0;
  private nextReportMs = -Infinity;

  constructor(private readonly parts: GivenClaimsParts) {}

  /** Jobs that were refused lately are left out. Throws if the database refuses several jobs and accepts none. */
  async claim(shard: number, jobs: readonly ClaimedRun[]): Promise<RunningJob[]> {
    const nowMs = this.parts.clock.steadyMs();
    const mayGo = jobs.filter(({ id }) => this.refused.mayTry(id, nowMs));
    if (mayGo.length === 0) return [];
    const claimed: RunningJob[] = [];
    await this.claimHalves(shard, mayGo, { claimed, refusals: 0 });
    return claimed;
  }

  private async claimHalves(
    shard: number,
    jobs: readonly ClaimedRun[],
    so: { claimed: RunningJob[]; refusals: number },
  ): Promise<void> {
    try {
      const rows = await this.parts.claims.claimGiven({ shard, workerId: this.parts.workerId, jobs });
      const { clock } = this.parts;
      const claimedMs = clock.steadyMs();
      for (const row of rows) so.claimed.push(new RunningJob(shard, row, clock, claimedMs));
      for (const { id } of rows) this.refused.claimed(id);
    } catch (error) {
      if (!isRowsFault(error)) throw error;
      if (jobs.length === 1) return this.note(jobs[0]!.id, error, so);
      const middle = Math.ceil(jobs.length / 2);
      await this.claimHalves(shard, jobs.slice(0, middle), so);
      await this.claimHalves(shard, jobs.slice(middle), so);
    }
  }

  private note(id: string, error: unknown, so: { claimed: RunningJob[]; refusals: number }): void {
    const nowMs = this.parts.clock.steadyMs();
    this.refused.refused(id, nowMs);
    this.tell(id, error, nowMs);
    so.refusals++;
    if (so.claimed.length === 0 && so.refusals >= MOST_REFUSALS) throw error;
  }

  private tell(id: string, error: unknown, nowMs: number): void {
    this.unreported++;
    if (nowMs < this.nextReportMs) return;
    report('job_unclaimable', { id, refusals: this.unreported, why: describeDatabaseError(error) });
    this.nextReportMs = nowMs + REPORT_EVERY_MS;
    this.unreported = 0;
  }
}
