import { describeDatabaseError, isRowsFault } from '../store/connection/database-errors.js';
import type { ClaimedRun, ClaimStore } from '../store/stages/claim.store.js';
import { RunningJob } from '../slots/running-job.js';
import { inHalves } from '../support/in-halves.js';
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
    let refusals = 0;
    await inHalves(mayGo, {
      attempt: async (part) => void claimed.push(...(await this.claimPart(shard, part))),
      isItemsFault: isRowsFault,
      onRefused: ({ id }, error) => {
        this.note(id, error);
        refusals++;
        if (claimed.length === 0 && refusals >= MOST_REFUSALS) throw error;
      },
    });
    return claimed;
  }

  private async claimPart(shard: number, jobs: readonly ClaimedRun[]): Promise<RunningJob[]> {
    const { claims, workerId, clock } = this.parts;
    const rows = await claims.claimGiven({ shard, workerId, jobs });
    const claimedMs = clock.steadyMs();
    for (const { id } of rows) this.refused.claimed(id);
    return rows.map((row) => new RunningJob(shard, row, clock, claimedMs));
  }

  private note(id: string, error: unknown): void {
    const nowMs = this.parts.clock.steadyMs();
    this.refused.refused(id, nowMs);
    this.tell(id, error, nowMs);
  }

  private tell(id: string, error: unknown, nowMs: number): void {
    this.unreported++;
    if (nowMs < this.nextReportMs) return;
    report('job_unclaimable', { id, refusals: this.unreported, why: describeDatabaseError(error) });
    this.nextReportMs = nowMs + REPORT_EVERY_MS;
    this.unreported = 0;
  }
}
