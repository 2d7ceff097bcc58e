import { Inject, Injectable } from '@nestjs/common';
import type { DataSource, EntityManager } from 'typeorm';
import { isUuid } from '../job/job-id.js';
import { InvalidJobOptionError } from '../job/job.errors.js';
import { requireKnownOptions } from '../job/validate/known-options.js';
import { requireInteger } from '../job/validate/option-checks.js';
import { JOBS_DATA_SOURCE, JOBS_OPTIONS, type JobsOptions } from '../jobs.options.js';
import { AuditStore } from '../store/control/audit.store.js';
import { look } from '../store/bounded-read.js';
import { callerManager, type CallerManager } from '../store/connection/caller-manager.js';
import { ManagerExecutor } from '../store/connection/executors.js';
import { inSchema } from '../store/in-schema.js';
import type { AuditRow } from '../store/sql/control/read-audit.sql.js';

export interface AuditEntry {
  /** Who did it. Cut to 200 characters. */
  actor: string;
  /** What was done, such as `job.cancel`. At most 50 characters. */
  action: string;
  jobId?: string;
  /** Facts about the action, as JSON. Leave payloads out: they may contain personal data. Default: none. */
  details?: Record<string, unknown>;
}

/** An entry of the audit. */
export interface RecordedAction {
  id: string;
  actor: string;
  action: string;
  /** Null if it was about many jobs, or none. */
  jobId: string | null;
  details: Record<string, unknown>;
  createdAt: Date;
}

export interface AuditPage {
  /** Newest first. */
  entries: RecordedAction[];
  /** For `after` of the next page; null if this is the last. */
  next: string | null;
}

const DEFAULT_LIMIT = 50;
const MAX_LIMIT = 1_000;
/** Above the id of every entry. */
const LAST_ID = 'ffffffff-ffff-ffff-ffff-ffffffffffff';

/** Records in `job_audit` who has cancelled, retried or otherwise changed jobs by hand, and lists it. */
@Injectable()
export class JobAuditService {
  private readonly managerOf: CallerManager;

  constructor(
    @Inject(JOBS_DATA_SOURCE) private readonly dataSource: DataSource,
    @Inject(JOBS_OPTIONS)
    private readonly options: Pick<JobsOptions, 'schema' | 'transactionManager' | 'waitTimeoutMs'>,
  ) {
    this.managerOf = callerManager(dataSource, options.transactionManager);
  }

  /**
   * Adds an entry. With `{ manager }` it commits or rolls back together with the action. Without it, the transaction is
   * chosen as in `JobService`.
   */
  async record(
    { actor, action, jobId, details = {} }: AuditEntry,
    { manager }: { manager?: EntityManager | null } = {},
  ): Promise<void> {
    const { schema, waitTimeoutMs } = this.options;
    const executor = new ManagerExecutor(this.dataSource, this.managerOf(manager), waitTimeoutMs);
    await new AuditStore(inSchema(executor, schema)).record({ actor, action, jobId: jobId ?? null, details });
  }

  /**
   * The latest entries, page by page. `limit`: 1 to 1,000, default 50. `after`: the `next` of the page before. Throws
   * `InvalidJobOptionError`.
   */
  async list(given: { limit?: number; after?: string } = {}): Promise<AuditPage> {
    requireKnownOptions('', given, ['limit', 'after']);
    const { limit = DEFAULT_LIMIT, after = LAST_ID } = given;
    requireInteger('limit', limit, 1, MAX_LIMIT);
    if (!isUuid(after))
      throw new InvalidJobOptionError('after', 'is no cursor of the audit', 'Give the `next` of the page before.');
    const rows = await look(this.dataSource, this.options, (executor) =>
      new AuditStore(executor).list(after, limit + 1),
    );
    const page = rows.slice(0, limit);
    return { entries: page.map(toRecordedAction), next: rows.length > limit ? page.at(-1)!.id : null };
  }
}

function toRecordedAction({ id, actor, action, job_id, details, created_ms }: AuditRow): RecordedAction {
  return { id, actor, action, jobId: job_id, details, createdAt: new Date(created_ms) };
}
