import {
  classifyDatabaseError,
  describeDatabaseError,
  type DatabaseErrorKind,
} from '../store/connection/database-errors.js';
import type { Clock } from '../support/time/clock.js';
import { report } from '../report/report.js';

/** The parts of a worker that use the database, each in a loop of its own. */
export type DatabaseUser = 'claim' | 'settle' | 'lease' | 'upkeep';

/** Logs once when the database starts to fail, once for each further reason, and once when everything works again. */
export class DatabaseWatch {
  private readonly failing = new Set<DatabaseUser>();
  private readonly logged = new Set<DatabaseErrorKind>();
  private sinceMs = 0;

  constructor(private readonly clock: Clock) {}

  failed(error: unknown, user: DatabaseUser): void {
    const kind = classifyDatabaseError(error);
    // The next try usually succeeds, and a row that stays locked is reported by its own job.
    if (kind === 'contended') return;
    if (this.failing.size === 0) this.sinceMs = this.clock.steadyMs();
    this.failing.add(user);
    if (this.logged.has(kind)) return;
    this.logged.add(kind);
    report('database_failing', { why: describeDatabaseError(error) });
  }

  /** True if this part of the worker had been failing. */
  recovered(user: DatabaseUser): boolean {
    const failed = this.failing.delete(user);
    if (!failed || this.failing.size > 0) return failed;
    this.logged.clear();
    report('database_works', { afterMs: this.clock.steadyMs() - this.sinceMs });
    return true;
  }
}
