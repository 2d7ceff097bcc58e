import type { Ending, JobSpec } from './operations.js';

export type Status = 'pending' | 'processing' | 'completed' | 'failed' | 'cancelled';

export interface ModelJob {
  id: string;
  shard: number;
  queue: string;
  priority: number;
  uniqueKey: string | null;
  status: Status;
  attempts: number;
  /** Runs that ended with their worker, since the last retry by hand. */
  crashes: number;
  maxAttempts: number;
  run: number;
  worker: string | null;
  /** When it falls due: the hour, and the step of the history within it. */
  due: { hour: number; step: number };
  finishedHour: number | null;
  error: string | null;
  result: number | null;
  progress: number | null;
  /** `run:attempt:error` of the last ten failed attempts. */
  failures: string[];
  /** The hour in which somebody last asked to cancel it while it ran. */
  cancelAskedHour: number | null;
}

/** What a claim gave to whom. Stays valid as a memory for ever: late settles come from here. */
export interface Claim {
  id: string;
  run: number;
  worker: string;
  attempt: number;
  maxAttempts: number;
}

export interface Moment {
  hour: number;
  step: number;
}

const DAY = 24;
export const COMPLETED_KEPT_HOURS = 7 * DAY;
export const FAILED_KEPT_HOURS = 30 * DAY;
const FAILURES_KEPT = 10;
const SIGNALS_KEPT_HOURS = 400 * DAY;
const CANCELLED_UNSTARTED = 'Cancelled before its next run';

const UNFINISHED: readonly Status[] = ['pending', 'processing'];

/** The jobs as they should be. Every rule of a job's life, in plain TypeScript and nowhere near the SQL. */
export class ReferenceJobs {
  readonly byId = new Map<string, ModelJob>();

  holder(queue: string, uniqueKey: string | null): ModelJob | undefined {
    if (uniqueKey === null) return undefined;
    return this.find((job) => UNFINISHED.includes(job.status) && job.queue === queue && job.uniqueKey === uniqueKey);
  }

  add(id: string, shard: number, spec: JobSpec, now: Moment): void {
    const { queue, priority, uniqueKey, maxAttempts } = spec;
    const due = { hour: now.hour + spec.delayHours, step: now.step };
    const none = { worker: null, finishedHour: null, error: null, result: null, progress: null, cancelAskedHour: null };
    const fresh = { status: 'pending' as const, attempts: 0, crashes: 0, run: 0, due, failures: [], ...none };
    this.byId.set(id, { id, shard, queue, priority, uniqueKey, maxAttempts, ...fresh });
  }

  /**
   * Most urgent first, then the queue named first, then the one due for longest. One that has run before, and that
   * somebody asked to cancel, is cancelled instead of being started.
   */
  claim(worker: string, shard: number, limit: number, queues: readonly string[], now: Moment): Claim[] {
    const due = this.all().filter(
      (job) =>
        job.status === 'pending' && job.shard === shard && queues.includes(job.queue) && job.due.hour <= now.hour,
    );
    due.sort(
      (a, b) =>
        a.priority - b.priority ||
        queues.indexOf(a.queue) - queues.indexOf(b.queue) ||
        a.due.hour - b.due.hour ||
        a.due.step - b.due.step ||
        (a.id < b.id ? -1 : 1),
    );
    return due.slice(0, limit).flatMap((job) => {
      Object.assign(job, { status: 'processing', worker, attempts: job.attempts + 1, run: job.run + 1 });
      if (job.cancelAskedHour !== null && job.run > 1) {
        job.worker = null;
        putBack(job, 'handed_back', 0, now);
        return [];
      }
      return { id: job.id, run: job.run, worker, attempt: job.attempts, maxAttempts: job.maxAttempts };
    });
  }

  /** What becomes of a run that ended: nothing at all, unless the job is still in this very run. */
  settle(claim: Claim, ending: Ending, now: Moment): string {
    const job = this.running(claim);
    if (!job) return this.isRepeated(claim, ending) ? 'completed' : 'lost';
    job.worker = null;
    switch (ending.how) {
      case 'returns':
        job.result = ending.value ?? job.result;
        return finish(job, 'completed', now);
      case 'throws':
        return this.failAttempt(
          job,
          'Error: it broke',
          claim.attempt >= claim.maxAttempts,
          ending.retryAfterHours,
          now,
        );
      case 'throws permanently':
        return this.failAttempt(job, 'PermanentJobError: never', true, 0, now);
      case 'snoozes':
        return putBack(job, 'snoozed', ending.hours, now);
      case 'is aborted by shutdown':
        return putBack(job, 'handed_back', 0, now);
      case 'is cancelled':
        job.error = 'Cancelled while running';
        return finish(job, 'cancelled', now);
      default:
        return ending satisfies never;
    }
  }

  /** A run that says once more that it has completed, without a result, is told so: its first reply may have got lost. */
  private isRepeated({ id, run }: Claim, ending: Ending): boolean {
    const job = this.byId.get(id);
    return job?.run === run && job.status === 'completed' && ending.how === 'returns' && ending.value === undefined;
  }

  isRunning(claim: Claim): boolean {
    return this.running(claim) !== undefined;
  }

  progress(claim: Claim, percent: number): void {
    const job = this.running(claim);
    if (job) job.progress = percent;
  }

  cancel(id: string, now: Moment): string {
    const job = this.byId.get(id);
    if (!job) return 'JOBS_NOT_FOUND';
    if (job.status === 'pending') return finish(job, 'cancelled', now);
    if (job.status !== 'processing') return 'JOBS_ALREADY_FINISHED';
    job.cancelAskedHour = now.hour;
    return 'processing';
  }

  /** A job that has never run cannot have been seen running. */
  cancelLate(id: string, now: Moment): boolean {
    const job = this.byId.get(id);
    if (!job || job.run === 0) return false;
    job.cancelAskedHour = now.hour;
    return true;
  }

  /** How many requests are left: those of running jobs. What waits is cancelled, and what is over is forgotten. */
  sweepRequests(now: Moment): number {
    const asked = this.all().filter((job) => job.cancelAskedHour !== null);
    const over = asked.filter((job) => job.status !== 'processing');
    for (const job of over) {
      job.cancelAskedHour = null;
      if (job.status !== 'pending') continue;
      job.error ??= CANCELLED_UNSTARTED;
      finish(job, 'cancelled', now);
    }
    return asked.length - over.length;
  }

  retry(id: string, now: Moment): string {
    const job = this.byId.get(id);
    if (!job) return 'JOBS_NOT_FOUND';
    if (job.status !== 'failed' && job.status !== 'cancelled') return 'JOBS_NOT_RETRYABLE';
    if (this.holder(job.queue, job.uniqueKey)) return 'JOBS_UNIQUE_KEY_TAKEN';
    const anew = { status: 'pending' as const, attempts: 0, crashes: 0, due: now, finishedHour: null };
    Object.assign(job, { ...anew, progress: null, result: null, cancelAskedHour: null });
    return 'pending';
  }

  update(id: string): string {
    const job = this.byId.get(id);
    if (!job) return 'JOBS_NOT_FOUND';
    if (job.status !== 'pending') return 'JOBS_NOT_PENDING';
    job.priority = 0;
    return 'pending';
  }

  /** A crash counts as a start: due at once while attempts are left, unless it is cancelled; failed otherwise. */
  rescue(job: ModelJob, error: string, now: Moment): void {
    job.worker = null;
    job.crashes++;
    const last = job.attempts >= job.maxAttempts;
    const ending = `, its last attempt: ${job.crashes} of ${job.attempts} ended with the process that ran them`;
    this.failAttempt(job, last ? `${error}${ending}` : error, last, 0, now);
  }

  prune(now: Moment): { completed: number; failed: number } {
    const age = (job: ModelJob) => now.hour - (job.finishedHour ?? Infinity);
    const completed = this.all().filter((job) => job.status === 'completed' && age(job) >= COMPLETED_KEPT_HOURS);
    const others = this.all().filter((job) => job.status !== 'completed' && age(job) >= FAILED_KEPT_HOURS);
    for (const { id } of [...completed, ...others]) this.byId.delete(id);
    for (const job of this.all())
      if (now.hour - (job.cancelAskedHour ?? Infinity) >= SIGNALS_KEPT_HOURS) job.cancelAskedHour = null;
    return { completed: completed.length, failed: others.length };
  }

  all(): ModelJob[] {
    return [...this.byId.values()];
  }

  private find(wanted: (job: ModelJob) => boolean): ModelJob | undefined {
    return this.all().find(wanted);
  }

  private running({ id, run, worker }: Claim): ModelJob | undefined {
    return this.find((job) => job.id === id && job.status === 'processing' && job.run === run && job.worker === worker);
  }

  private failAttempt(job: ModelJob, error: string, forGood: boolean, retryInHours: number, now: Moment): string {
    job.failures = [...job.failures, `${job.run}:${job.attempts}:${error}`].slice(-FAILURES_KEPT);
    job.error = error;
    return forGood ? finish(job, 'failed', now) : waitAgain(job, 'retried', retryInHours, now);
  }
}

function finish(job: ModelJob, status: 'completed' | 'failed' | 'cancelled', now: Moment): string {
  job.status = status;
  job.finishedHour = now.hour;
  return status;
}

/** Unless somebody asked to cancel it. */
function waitAgain(job: ModelJob, outcome: string, hours: number, now: Moment): string {
  if (job.cancelAskedHour !== null) return finish(job, 'cancelled', now);
  Object.assign(job, { status: 'pending', due: { hour: now.hour + hours, step: now.step } });
  return outcome;
}

/** Not now, and not its fault: the start does not count. */
function putBack(job: ModelJob, outcome: string, hours: number, now: Moment): string {
  job.attempts--;
  if (job.cancelAskedHour !== null) job.error = CANCELLED_UNSTARTED;
  return waitAgain(job, outcome, hours, now);
}
