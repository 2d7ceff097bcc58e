import type { JobDefinition } from '../job/job-definition.js';
import type { WrittenOutcome } from '../job/job-outcome.js';
import { PermanentJobError } from '../job/job.errors.js';
import { storedPayload, validatePayload } from '../job/payload.js';
import { redactorOf } from '../job/redact-secrets.js';
import { resultIssue } from '../job/result.js';
import { resolveRetryPolicy, type RetryPolicy } from '../job/retry-policy.js';
import type { JobsOptions } from '../jobs.options.js';
import type { RegisteredProcessor } from '../process/definition.registry.js';
import type { Deadlines } from './deadlines.js';
import { decideOutcome, type HandlerEnding } from './decide-outcome.js';
import { RunContext, type ContextParts } from './run-context.js';
import type { RunningJob } from './running-job.js';

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
  running.whenAborted(() => run.leaveBehindAfterGrace());
  options.deadlines.watch(running);
  void run.run();
}

class Run {
  private ended = false;
  private grace: NodeJS.Timeout | undefined;

  constructor(
    private readonly running: RunningJob,
    private readonly registered: RegisteredProcessor,
    private readonly options: RunOptions,
  ) {}

  async run(): Promise<void> {
    const { definition, processor } = this.registered;
    let ending: HandlerEnding;
    try {
      const validated = validatePayload(definition, storedPayload(definition.type, this.running.row.payload));
      const payload = validated instanceof Promise ? await validated : validated;
      const result = await processor.process(this.running.toJob(payload), new RunContext(this.running, this.options));
      ending = { kind: 'returned', result };
    } catch (error) {
      ending = { kind: 'threw', error };
    }
    this.end(ending);
  }

  private end(ending: HandlerEnding): void {
    if (this.ended) return;
    this.ended = true;
    clearTimeout(this.grace);
    this.running.end();
    this.options.onEnded(this.running, this.outcome(ending));
  }

  /** Waits for the aborted handler no longer than the grace. */
  leaveBehindAfterGrace(): void {
    this.grace = setTimeout(() => {
      this.options.onAbandoned(this.running);
      this.end({ kind: 'abandoned', error: this.running.signal.reason });
    }, this.options.limits.abortGraceMs);
  }

  private outcome(ending: HandlerEnding): WrittenOutcome {
    const { running } = this;
    const { definition } = this.registered;
    const { maxResultBytes, redact } = this.options.limits;
    if (running.completed) return { kind: 'completed', result: undefined };
    return decideOutcome(storable(toldByAbort(ending, running), maxResultBytes), {
      attempt: running.row.attempts,
      maxAttempts: running.row.max_attempts,
      retry: ending.kind === 'returned' ? definition.retry : retryPolicyOf(running, definition),
      abortCause: running.abortCause,
      redact: redactorOf(redact),
    });
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

/** A policy that was written by hand and cannot be followed must not keep the job from being settled. */
function retryPolicyOf({ row }: RunningJob, definition: JobDefinition): RetryPolicy {
  try {
    return resolveRetryPolicy(row.retry ?? {}, definition.retry);
  } catch {
    return definition.retry;
  }
}
