/**
 * How one run of a job ended; a closed set, decided once and written once.
 * These are also the `status` label of `jobs_processed_total`.
 */
export type JobOutcome =
  | CompletedOutcome
  | { kind: 'retried'; error: string; delayMs: number }
  | { kind: 'failed'; error: string }
  | { kind: 'cancelled'; error: string }
  | { kind: 'snoozed'; delayMs: number; waitsFor?: WaitsFor }
  | { kind: 'handed_back'; delayMs: number }
  /** With an error if the run was this worker's, and the database refused to write anything about how it ended. */
  | { kind: 'lost'; error?: string };

/** Something that a job talks to and that is down, as the job's last run has found it. */
export interface WaitsFor {
  readonly dependency: string;
  /** What went wrong, in one line. */
  readonly error: string;
  /** When that was, on the clock of `performance.now()`. */
  readonly atMs: number;
}

export interface CompletedOutcome {
  kind: 'completed';
  /** JSON text, made while the run ended: no code of the handler's runs when it is written. Null without a result. */
  resultJson: string | null;
  /** What went wrong although the work is done, such as a result that could not be stored. */
  error?: string;
}

/** What the worker decides; `lost` is what becomes of it if the run is no longer the worker's, or nothing can be written. */
export type WrittenOutcome = Exclude<JobOutcome, { kind: 'lost' }>;

export type JobOutcomeKind = JobOutcome['kind'];

export const JOB_OUTCOME_KINDS = [
  'completed',
  'retried',
  'failed',
  'cancelled',
  'snoozed',
  'handed_back',
  'lost',
] as const satisfies readonly JobOutcomeKind[];

/** Of a job without a result, as nearly all are. */
export const COMPLETED: CompletedOutcome = Object.freeze({ kind: 'completed', resultJson: null });
