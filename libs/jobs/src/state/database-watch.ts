import { Logger } from '@nestjs/common';
import {
  classifyDatabaseError,
  describeDatabaseError,
  type DatabaseErrorKind,
} from '../store/connection/database-errors.js';

/** What the worker asks the database for, each in a loop of its own. */
export type DatabaseUser = 'claim' | 'settle' | 'lease' | 'upkeep';

/**
 * Says once when the database stops doing what it is asked, once for each further reason, and once when everything works
 * again, however many tries lie between.
 */
export class DatabaseWatch {
  private readonly logger = new Logger('Jobs');
  private readonly failing = new Set<DatabaseUser>();
  private readonly told = new Set<DatabaseErrorKind>();
  private sinceMs = 0;

  failed(error: unknown, user: DatabaseUser): void {
    const kind = classifyDatabaseError(error);
    // Whoever was in the way is gone at the next try, and a row that stays locked is told by its own job.
    if (kind === 'contended') return;
    if (this.failing.size === 0) this.sinceMs = performance.now();
    this.failing.add(user);
    if (this.told.has(kind)) return;
    this.told.add(kind);
    this.logger.error(`${describeDatabaseError(error)}. Trying again until it works.`);
  }

  /** True if this user had been failing. */
  recovered(user: DatabaseUser): boolean {
    const failed = this.failing.delete(user);
    if (!failed || this.failing.size > 0) return failed;
    this.told.clear();
    const seconds = ((performance.now() - this.sinceMs) / 1_000).toFixed(1);
    this.logger.log(`The database works again after ${seconds} s.`);
    return true;
  }
}
