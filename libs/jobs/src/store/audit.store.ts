import { recordAudit } from './sql/control/record-audit.sql.js';
import type { Executor } from './statement.js';

export interface AuditRecord {
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
    await this.executor.run(recordAudit, [actor, action, jobId, JSON.stringify(details)]);
  }
}
