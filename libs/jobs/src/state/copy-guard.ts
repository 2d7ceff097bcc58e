import { Inject, Injectable, type OnModuleDestroy } from '@nestjs/common';
import type { DataSource } from 'typeorm';
import { WorkerStatus } from './worker-status.js';
import { JOBS_DATA_SOURCE, JOBS_OPTIONS, type JobsOptions, type RestoredCopyOption } from '../jobs.options.js';
import { databaseErrorCode } from '../store/connection/database-errors.js';
import { ManagerExecutor } from '../store/connection/executors.js';
import { inSchema } from '../store/in-schema.js';
import { DatabaseStore } from '../store/database.store.js';
import type { OriginRow } from '../store/sql/read-origin.sql.js';
import { report } from '../report/report.js';

const LOOK_AGAIN_MS = 5_000;
const UNDEFINED_TABLE = '42P01';
/** A major upgrade changes the identity too, and tests often make databases from templates, which are copies. */
const DEFAULTS: Record<string, RestoredCopyOption> = { production: 'run', test: 'ignore' };

/** Keeps production's jobs and schedules from running in a restored copy of its database. */
@Injectable()
export class CopyGuard implements OnModuleDestroy {
  private readonly database: DatabaseStore;
  private readonly timers = new Set<NodeJS.Timeout>();
  private hasLogged = false;

  constructor(
    @Inject(JOBS_DATA_SOURCE) dataSource: DataSource,
    @Inject(JOBS_OPTIONS) private readonly options: JobsOptions,
    private readonly status: WorkerStatus,
  ) {
    const { schema, waitTimeoutMs } = options;
    this.database = new DatabaseStore(inSchema(new ManagerExecutor(dataSource, undefined, waitTimeoutMs), schema));
  }

  /** Starts jobs or schedules: now, or once the copy is adopted or cleared. Errors of a later start are logged. */
  async whenAllowed(start: () => Promise<void>): Promise<void> {
    if (await this.isAllowed()) return start();
    const timer = setInterval(() => void this.lookAgain(timer, start), LOOK_AGAIN_MS);
    this.timers.add(timer);
  }

  onModuleDestroy(): void {
    for (const timer of this.timers) clearInterval(timer);
  }

  private async lookAgain(timer: NodeJS.Timeout, start: () => Promise<void>): Promise<void> {
    try {
      if (!(await this.isAllowed())) return;
      clearInterval(timer);
      report('copy_adopted');
      await start();
    } catch (error) {
      report('copy_start_failed', { cause: error });
    }
  }

  private async isAllowed(): Promise<boolean> {
    const choice = this.options.restoredCopy ?? 'wait';
    if (choice === 'ignore') return true;
    const origin = await this.origin();
    const waits = choice === 'wait';
    this.status.restoredCopy = origin?.is_copy ? (waits ? 'waits' : 'runs') : null;
    if (this.status.restoredCopy === null) return true;
    if (!this.hasLogged) report('restored_copy', { ...origin!, waits });
    this.hasLogged = true;
    return !waits;
  }

  /** Null if the schema is too old to have an origin. The boot reports such a schema by itself. */
  private async origin(): Promise<OriginRow | null> {
    try {
      return await this.database.readOrigin();
    } catch (error) {
      if (databaseErrorCode(error) === UNDEFINED_TABLE) return null;
      throw error;
    }
  }
}

/** What a process does with a copy in an environment, as NODE_ENV names it, unless the option says otherwise. */
export function restoredCopyIn(environment = ''): RestoredCopyOption {
  return DEFAULTS[environment] ?? 'wait';
}
