import type { JobEventBus } from '../state/job-event-bus.js';
import type { WorkerStatus } from '../state/worker-status.js';
import { describeDatabaseError } from '../store/connection/database-errors.js';
import type { RescuedRow } from '../store/sql/lease/rescue-jobs.sql.js';
import { rescuedEvent } from '../run/job-event-of.js';
import { report } from '../report/report.js';

const MAX_TYPES = 10;
const MAX_IDS = 3;
const MAX_WORKERS = 5;

/** For one type of job: how many were rescued, and the first of their ids. */
interface RescuedType {
  jobs: number;
  firstIds: string[];
}

/** Reports rescued jobs: one event for each, and one line in the log for all jobs of a sweep. */
export class RescuedJobs {
  private counts = { pending: 0, failed: 0, cancelled: 0 };
  private types = new Map<string, RescuedType>();
  private workers = new Set<string>();

  constructor(
    private readonly bus: JobEventBus,
    private readonly status: WorkerStatus,
  ) {}

  add(rows: readonly RescuedRow[]): void {
    this.status.rescuedJobs += rows.length;
    for (const row of rows) {
      this.bus.emit(rescuedEvent(row));
      this.note(row);
    }
  }

  /** Reports jobs that could not be rescued. They stay as they are, and the next search tries again. */
  readonly refused = (ids: readonly string[], error: unknown): void => {
    report('jobs_unrescuable', {
      jobs: ids.length,
      firstIds: ids.slice(0, MAX_IDS),
      why: describeDatabaseError(error),
    });
  };

  /** Writes the line, if jobs were rescued since the last one. */
  log(): void {
    const { counts, types, workers } = this;
    if (counts.pending + counts.failed + counts.cancelled === 0) return;
    this.counts = { pending: 0, failed: 0, cancelled: 0 };
    this.types = new Map();
    this.workers = new Set();
    const named = [...types].sort(([, a], [, b]) => b.jobs - a.jobs).slice(0, MAX_TYPES);
    report('jobs_rescued', {
      counts,
      types: Object.fromEntries(named),
      typesInAll: types.size,
      workers: [...workers],
    });
  }

  private note({ id, type, status, error }: RescuedRow): void {
    this.counts[status]++;
    const ofType = this.types.get(type) ?? { jobs: 0, firstIds: [] };
    this.types.set(type, ofType);
    ofType.jobs++;
    if (ofType.firstIds.length < MAX_IDS) ofType.firstIds.push(id);
    if (this.workers.size < MAX_WORKERS) this.workers.add(error.replace(/ died while running this job.*$/s, ''));
  }
}
