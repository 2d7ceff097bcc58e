import type { EntityManager } from 'typeorm';
import type { EnqueuedJob, Job, JobContext, JobDefinition, JobOptions, JobService, JobStatus } from '@monstera/jobs';
import type { Random } from './random.js';

/** What a hostile handler has at hand. */
export interface Tools {
  job: Job;
  context: JobContext;
  jobs: JobService;
  /** Seeded anew for each attempt. */
  random: Random;
  /** Writes the job's effect through this manager: a row that is there if, and only if, its transaction committed. */
  effect: (manager: EntityManager) => Promise<unknown>;
  /** Enqueues an ordinary job that has to complete like any other. */
  enqueueOrdinary: () => Promise<unknown>;
  /** Says that something was not as it has to be. */
  complain: (what: string) => void;
}

export interface Expected {
  /** How the job may end. `pending` only where it may be due in a far future. */
  status: readonly JobStatus[];
  /** Attempts used up, if they are certain. */
  attempts?: number;
  /** Rows of its effect; `with completion`: one if it completed without an error, none if it did not complete. */
  effects?: number | 'with completion';
  /** Whether the job has to have an error text. */
  error?: boolean;
  /** What its result has to be as JSON; null for none at all. */
  result?: string | null;
  /** The progress that must not be stored. */
  progressIsNot?: number;
}

/** A job whose handler, schema or options are hostile. */
export interface RunCase {
  kind: 'run';
  name: string;
  /** Default: the definition whose schema takes everything. */
  definition?: JobDefinition;
  options?: JobOptions;
  /** The handler's first attempt; the later ones return at once. */
  run: (tools: Tools) => unknown;
  expected: Expected;
}

/** A call that enqueues something hostile. It is refused with nothing written, or accepted and then as good as any job. */
export interface EnqueueCase {
  kind: 'enqueue';
  name: string;
  enqueue: (jobs: JobService) => Promise<EnqueuedJob | EnqueuedJob[]>;
  /** True where only a refusal with a code of the library will do. */
  refused: boolean;
}

export type Case = RunCase | EnqueueCase;

export const FAILED: Expected = { status: ['failed'], attempts: 1, error: true };
export const COMPLETED: Expected = { status: ['completed'], attempts: 1 };
