import type { JobDefinition } from '../job/job-definition.js';
import { jsonIssues } from '../job/json-encoding.js';
import type { WrittenOutcome } from '../job/job-outcome.js';
import { PermanentJobError } from '../job/job.errors.js';
import { validatePayload } from '../job/payload.js';
import { resolveRetryPolicy, type RetryPolicy } from '../job/retry-policy.js';
import type { RegisteredProcessor } from '../process/definition.registry.js';
import type { Deadlines } from './deadlines.js';
import { decideOutcome, type HandlerEnding } from './decide-outcome.js';
import { RunContext, type ContextParts } from './run-context.js';
import type { RunningJob } from './running-job.js';

export interface RunOptions extends ContextParts {
  abortGraceMs: number;
  deadlines: Deadlines;
  onStart: (running: RunningJob) => void;
  onAbandoned: (running: RunningJob) => void;
  /** Called once, when the handler has ended or was left behind. */
  onEnded: (running: RunningJob, outcome: WrittenOutcome) => void;
}

/**
 * Runs one claimed job: validate → process under timeout and signal → decide. Never throws. Callbacks and not promises,
 * because this is the path of every job: what it allocates is what a short job costs.
 */
export function runJob(running: RunningJob, registered: RegisteredProcessor, options: RunOptions): void {
  running.start(registered.definition.timeoutMs);
  options.onStart(running);
  const run = new Run(running, registered, options);
  running.whenAborted(() => run.leaveBehindAfterGrace());
  options.deadlines.watch(running);
  void run.handle().then(
    (result) => run.end({ kind: 'returned', result }),
    (error: unknown) => run.end({ kind: 'threw', error }),
  );
}

class Run {
  private ended = false;
  private grace: NodeJS.Timeout | undefined;

  constructor(
    private readonly running: RunningJob,
    private readonly registered: RegisteredProcessor,
    private readonly options: RunOptions,
  ) {}

  async handle(): Promise<unknown> {
    const { definition, processor } = this.registered;
    const validated = validatePayload(definition, this.running.row.payload ?? {});
    const payload = validated instanceof Promise ? await validated : validated;
    return processor.process(this.running.toJob(payload), new RunContext(this.running, this.options));
  }

  end(ending: HandlerEnding): void {
    if (this.ended) return;
    this.ended = true;
    clearTimeout(this.grace);
    this.running.endedMs = performance.now();
    this.options.onEnded(this.running, this.outcome(ending));
  }

  /** Waits for the aborted handler no longer than the grace. */
  leaveBehindAfterGrace(): void {
    this.grace = setTimeout(() => {
      this.options.onAbandoned(this.running);
      this.end({ kind: 'abandoned', error: this.running.signal.reason });
    }, this.options.abortGraceMs);
  }

  private outcome(ending: HandlerEnding): WrittenOutcome {
    const { running } = this;
    const { definition } = this.registered;
    if (running.completed) return { kind: 'completed', result: undefined };
    return decideOutcome(storable(toldByAbort(ending, running)), {
      attempt: running.row.attempts,
      maxAttempts: running.row.max_attempts,
      retry: ending.kind === 'returned' ? definition.retry : retryPolicyOf(running, definition),
      abortCause: running.abortCause,
    });
  }
}

/** A timeout is told by its own message, whatever the handler made of it. */
function toldByAbort(ending: HandlerEnding, running: RunningJob): HandlerEnding {
  if (ending.kind !== 'threw' || running.abortCause !== 'timeout') return ending;
  return { kind: 'threw', error: running.signal.reason };
}

/** A result that JSON cannot hold fails its own job, and not the batch that it would be written with. */
function storable(ending: HandlerEnding): HandlerEnding {
  if (ending.kind !== 'returned' || ending.result === undefined) return ending;
  const issues = jsonIssues(ending.result, 'result');
  if (issues.length === 0) return ending;
  const details = issues.map(({ path, message }) => `${path}: ${message}`).join('; ');
  return {
    kind: 'threw',
    error: new PermanentJobError(`The job was done, but its result cannot be stored: ${details}`),
  };
}

/** A policy that was written by hand and cannot be followed must not keep the job from being settled. */
function retryPolicyOf({ row }: RunningJob, definition: JobDefinition): RetryPolicy {
  try {
    return resolveRetryPolicy(row.retry ?? {}, definition.retry);
  } catch {
    return definition.retry;
  }
}
