import { Inject, Injectable, Logger, type OnModuleDestroy } from '@nestjs/common';
import type { DataSource } from 'typeorm';
import { WorkerStatus } from './worker-status.js';
import { JOBS_DATA_SOURCE, JOBS_OPTIONS, type JobsOptions, type RestoredCopyOption } from '../jobs.options.js';
import { databaseErrorCode } from '../store/connection/database-errors.js';
import { ManagerExecutor } from '../store/connection/executors.js';
import { inSchema } from '../store/in-schema.js';
import { readOrigin, type OriginRow } from '../store/sql/read-origin.sql.js';
import type { Executor } from '../store/statement.js';

const LOOK_AGAIN_MS = 5_000;
const UNDEFINED_TABLE = '42P01';
/** A major upgrade changes the identity too, and tests make their databases from templates, which are copies. */
const DEFAULTS: Record<string, RestoredCopyOption> = { production: 'run', test: 'ignore' };

/** Keeps the jobs and schedules of production from running in a restored copy of its database, where nobody expects it. */
@Injectable()
export class CopyGuard implements OnModuleDestroy {
  private readonly logger = new Logger('Jobs');
  private readonly executor: Executor;
  private readonly timers = new Set<NodeJS.Timeout>();
  private hasTold = false;

  constructor(
    @Inject(JOBS_DATA_SOURCE) dataSource: DataSource,
    @Inject(JOBS_OPTIONS) private readonly options: JobsOptions,
    private readonly status: WorkerStatus,
  ) {
    const { schema, waitTimeoutMs } = options;
    this.executor = inSchema(new ManagerExecutor(dataSource, undefined, waitTimeoutMs), schema);
  }

  /**
   * Starts what runs jobs or fires schedules: now, or once somebody has adopted or cleared the copy. What then fails is
   * logged.
   */
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
      this.logger.log('The copy is adopted: jobs run');
      await start();
    } catch (error) {
      this.logger.error('Jobs do not run yet', error);
    }
  }

  private async isAllowed(): Promise<boolean> {
    // oxlint-disable-next-line node/no-process-env -- where a process runs is said there, for Nest and Express too
    const choice = restoredCopy(this.options.restoredCopy, process.env.NODE_ENV);
    if (choice === 'ignore') return true;
    const origin = await this.origin();
    const waits = choice === 'wait';
    this.status.restoredCopy = origin?.is_copy ? (waits ? 'waits' : 'runs') : null;
    if (this.status.restoredCopy === null) return true;
    if (!this.hasTold) this.logger.error(advice(origin!, waits));
    this.hasTold = true;
    return !waits;
  }

  /** Null where the schema is too old to know; the start says so by itself. */
  private async origin(): Promise<OriginRow | null> {
    try {
      return (await this.executor.run(readOrigin, []))[0] ?? null;
    } catch (error) {
      if (databaseErrorCode(error) === UNDEFINED_TABLE) return null;
      throw error;
    }
  }
}

export function restoredCopy(given: RestoredCopyOption | undefined, environment = ''): RestoredCopyOption {
  return given ?? DEFAULTS[environment] ?? 'wait';
}

function advice({ database, schema }: OriginRow, waits: boolean): string {
  const call = (name: string) => `psql -d ${database} -c 'select ${schema}.${name}()'`;
  const what = waits ? 'Its jobs and schedules wait' : 'Its jobs and schedules run here all the same';
  return (
    `JOBS_RESTORED_COPY: The jobs of database "${database}" were made in another database or cluster. ${what}. ` +
    `To keep them and go on: ${call('jobs_adopt_copy')} – to remove those that have not ended first: ` +
    `${call('jobs_clear_copy')}`
  );
}
