import { Logger } from '@nestjs/common';
import { redactSecrets } from '../job/redact-secrets.js';
import { databaseErrorCode, isTransientDatabaseError } from '../store/database-errors.js';

const MAX_MESSAGE_LENGTH = 500;

/** Says once when the database stops answering and once when it answers again, however many tries lie between. */
export class DatabaseWatch {
  private readonly logger = new Logger('Jobs');
  private failingSinceMs: number | null = null;

  failed(error: unknown): void {
    if (this.failingSinceMs !== null) return;
    this.failingSinceMs = performance.now();
    const code = databaseErrorCode(error);
    const message = redactSecrets(error instanceof Error ? error.message : String(error)).slice(0, MAX_MESSAGE_LENGTH);
    const what = isTransientDatabaseError(error) ? 'The database does not answer' : 'The database refuses a statement';
    this.logger.error(`${what}${code && ` (${code})`}: ${message}. Trying again until it works.`);
  }

  recovered(): void {
    if (this.failingSinceMs === null) return;
    const seconds = ((performance.now() - this.failingSinceMs) / 1_000).toFixed(1);
    this.failingSinceMs = null;
    this.logger.log(`The database works again after ${seconds} s.`);
  }
}
