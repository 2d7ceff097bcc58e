/** How one run of a job ended for the worker that ran it: decided once, written once. */
export type JobOutcome =
  | CompletedOutcome
  | { kind: 'retried'; error: string; delayMs: number }
  | { kind: 'failed'; error: string }
  | { kind: 'cancelled'; error: string }
  | { kind: 'snoozed'; delayMs: number; waitsFor?: WaitsFor }
  | { kind: 'handed_back'; delayMs: number }
  /** Nothing was written. With an error if the run was still this worker's, but the database refused its outcome. */
  | { kind: 'lost'; error?: string };

/** A dependency that the last run of a job found to be down. */
export interface WaitsFor {
  readonly dependency: string;
  /** What went wrong, in one line. */
  readonly error: string;
  /** When that was, in steady milliseconds. */
  readonly atMs: number;
}

export interface CompletedOutcome {
  kind: 'completed';
  /** JSON text, made while the run ends, so that writing it runs no code of the handler. Null without a result. */
  resultJson: string | null;
  /** What went wrong although the work is done, such as a result that could not be stored. */
  error?: string;
}

/** What a worker decides. A run is `lost` if it is no longer the worker's, or if nothing can be written. */
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

/** The outcome of a job without a result, as nearly all are. Shared, so that it costs nothing per job. */
export const COMPLETED: CompletedOutcome = Object.freeze({ kind: 'completed', resultJson: null });
