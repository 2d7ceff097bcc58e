/**
 * How one run of a job ended; a closed set, decided once and written once.
 * These are also the `status` label of `jobs_processed_total`.
 */
export type JobOutcome =
  | { kind: 'completed'; result: unknown }
  | { kind: 'retried'; error: string; delayMs: number }
  | { kind: 'failed'; error: string }
  | { kind: 'cancelled'; error: string }
  | { kind: 'snoozed'; delayMs: number }
  | { kind: 'handed_back'; delayMs: number }
  | { kind: 'lost' };

/** What the worker decides; `lost` is what the database answers when the run is no longer the worker's. */
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
