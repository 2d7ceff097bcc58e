import { readAudit, type AuditRow } from '../sql/control/read-audit.sql.js';
import { recordAudit } from '../sql/control/record-audit.sql.js';
import type { Executor } from '../statement.js';

const MAX_ACTOR_LENGTH = 200;

export interface AuditRecord {
  /** Cut to 200 characters. */
  actor: string;
  action: string;
  jobId: string | null;
  details: Record<string, unknown>;
}

/**
 * Who did what by hand.
 *
 * Writes `job_audit`.
 */
export class AuditStore {
  constructor(private readonly executor: Executor) {}

  async record({ actor, action, jobId, details }: AuditRecord): Promise<void> {
    await this.executor.run(recordAudit, [actor.slice(0, MAX_ACTOR_LENGTH), action, jobId, JSON.stringify(details)]);
  }

  /** Entries before the given one, newest first. */
  list(belowId: string, limit: number): Promise<AuditRow[]> {
    return this.executor.run(readAudit, [belowId, limit]);
  }
}
