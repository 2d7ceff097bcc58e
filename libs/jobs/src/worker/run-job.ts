import type { WrittenOutcome } from '../job/job-outcome.js';
import { PermanentJobError, type AbortCause } from '../job/job.errors.js';
import { storedPayload, validatePayload } from '../job/payload.js';
import { redactorOf, type Redact } from '../job/redact-secrets.js';
import { resultIssue } from '../job/result.js';
import { resolveRetryPolicy, type RetryPolicy } from '../job/retry-policy.js';
import type { JobsOptions } from '../jobs.options.js';
import type { RegisteredProcessor } from '../process/definition.registry.js';
import type { Deadlines } from './deadlines.js';
import { COMPLETED, decideOutcome, type HandlerEnding, type RunFacts } from './decide-outcome.js';
import { RunContext, type ContextParts } from './run-context.js';
import type { AbortListener, RunningJob } from './running-job.js';

export interface RunOptions extends ContextParts {
  limits: Pick<JobsOptions, 'abortGraceMs' | 'maxResultBytes' | 'redact'>;
  deadlines: Deadlines;
  onStart: (running: RunningJob) => void;
  onAbandoned: (running: RunningJob) => void;
  /** Called once, when the handler has ended or was left behind. */
  onEnded: (running: RunningJob, outcome: WrittenOutcome) => void;
}

/**
 * Runs one claimed job: validate → process under timeout and signal → decide. Never throws. One promise and callbacks,
 * because this is the path of every job: what it allocates is what a short job costs.
 */
export function runJob(running: RunningJob, registered: RegisteredProcessor, options: RunOptions): void {
  running.start(registered.definition.timeoutMs);
  options.onStart(running);
  const run = new Run(running, registered, options);
  running.whenAborted(run);
  options.deadlines.watch(running);
  run.start();
}

/** What its outcome depends on is read when it is asked for: a job that completes needs none of it. */
class Run implements AbortListener, RunFacts {
  private ended = false;
  private grace: NodeJS.Timeout | undefined;

  constructor(
    private readonly running: RunningJob,
    private readonly registered: RegisteredProcessor,
    private readonly options: RunOptions,
  ) {}

  /** Never ends at once: each end starts the next job, and handlers that do not wait would be one deep stack. */
  start(): void {
    try {
      void Promise.resolve(this.validateAndProcess()).then(
        (result) => this.end({ kind: 'returned', result }),
        (error: unknown) => this.end({ kind: 'threw', error }),
      );
    } catch (error) {
      queueMicrotask(() => this.end({ kind: 'threw', error }));
    }
  }

  private validateAndProcess(): unknown {
    const { definition } = this.registered;
    const validated = validatePayload(definition, storedPayload(definition.type, this.running.row.payload));
    return validated instanceof Promise ? validated.then((payload) => this.process(payload)) : this.process(validated);
  }

  private process(payload: unknown): unknown {
    return this.registered.processor.process(this.running.toJob(payload), new RunContext(this.running, this.options));
  }

  private end(ending: HandlerEnding): void {
    if (this.ended) return;
    this.ended = true;
    clearTimeout(this.grace);
    this.running.end();
    this.options.onEnded(this.running, this.outcome(ending));
  }

  /** Waits for the aborted handler no longer than the grace. */
  aborted(): void {
    this.grace = setTimeout(() => {
      this.options.onAbandoned(this.running);
      this.end({ kind: 'abandoned', error: this.running.signal.reason });
    }, this.options.limits.abortGraceMs);
  }

  get attempt(): number {
    return this.running.row.attempts;
  }

  get maxAttempts(): number {
    return this.running.row.max_attempts;
  }

  get abortCause(): AbortCause | null {
    return this.running.abortCause;
  }

  get redact(): Redact {
    return redactorOf(this.options.limits.redact);
  }

  /** A policy that was written by hand and cannot be followed must not keep the job from being settled. */
  get retry(): RetryPolicy {
    const { definition } = this.registered;
    try {
      return resolveRetryPolicy(this.running.row.retry ?? {}, definition.retry);
    } catch {
      return definition.retry;
    }
  }

  private outcome(ending: HandlerEnding): WrittenOutcome {
    if (this.running.completed) return COMPLETED;
    return decideOutcome(storable(toldByAbort(ending, this.running), this.options.limits.maxResultBytes), this);
  }
}

/** A timeout is told by its own message, whatever the handler made of it. */
function toldByAbort(ending: HandlerEnding, running: RunningJob): HandlerEnding {
  if (ending.kind !== 'threw' || running.abortCause !== 'timeout') return ending;
  return { kind: 'threw', error: running.signal.reason };
}

/** A result that cannot be stored fails its own job, and not the batch that it would be written with. */
function storable(ending: HandlerEnding, maxBytes: number): HandlerEnding {
  const issue = ending.kind === 'returned' ? resultIssue(ending.result, maxBytes) : null;
  if (issue === null) return ending;
  return { kind: 'threw', error: new PermanentJobError(`The job was done, but its result cannot be stored: ${issue}`) };
}
