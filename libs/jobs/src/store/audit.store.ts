import { readAudit, type AuditRow } from './sql/control/read-audit.sql.js';
import { recordAudit } from './sql/control/record-audit.sql.js';
import type { Executor } from './statement.js';

const MAX_ACTOR_LENGTH = 200;

/** Writes down who did what, and reads it. */
export class AuditStore {
  constructor(private readonly executor: Executor) {}

  /** The actor is cut to 200 characters. */
  async record(actor: string, action: string, jobId: string | null, details: Record<string, unknown>): Promise<void> {
    await this.executor.run(recordAudit, [actor.slice(0, MAX_ACTOR_LENGTH), action, jobId, JSON.stringify(details)]);
  }

  /** Entries before the given one, newest first. */
  list(belowId: string, limit: number): Promise<AuditRow[]> {
    return this.executor.run(readAudit, [belowId, limit]);
  }
}
