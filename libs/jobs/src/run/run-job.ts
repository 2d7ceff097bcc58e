import type { WrittenOutcome } from '../job/outcome/job-outcome.js';
import type { AbortCause } from '../job/job.errors.js';
import { storedPayload, validatePayload } from '../job/validate/payload.js';
import { payloadValue } from '../job/validate/payload-text.js';
import type { Redact } from '../job/text/redact-secrets.js';
import { resolveRetryPolicy, type RetryPolicy } from '../job/retry-policy.js';
import type { JobsOptions } from '../jobs.options.js';
import type { RegisteredProcessor } from '../handle/definition.registry.js';
import { inOwnContext } from '../support/own-context.js';
import type { Deadlines } from './deadlines.js';
import { decideAfterCommit, decideOutcome, type HandlerEnding, type RunFacts } from './decide-outcome.js';
import type { LoadControl } from '../slots/load-control.js';
import { RunContext, type ContextParts } from './run-context.js';
import type { AbortListener, RunningJob } from '../slots/running-job.js';

export interface RunOptions extends ContextParts {
  limits: Pick<JobsOptions, 'abortGraceMs' | 'maxResultBytes'>;
  deadlines: Deadlines;
  /**
   * While the worker is busy, results are not made into JSON, because a value and its text together need more memory.
   */
  load: Pick<LoadControl, 'makeOutcome'>;
  onStart: (running: RunningJob) => void;
  onAbandoned: (running: RunningJob) => void;
  /** Called once, when the handler has ended or was abandoned. */
  onEnded: (running: RunningJob, outcome: WrittenOutcome) => void;
}

/**
 * Runs one claimed job: validate → process under timeout and signal → decide. Never throws. It uses callbacks and one
 * promise, because every job takes this path and each allocation slows short jobs.
 */
export function runJob(running: RunningJob, registered: RegisteredProcessor, options: RunOptions): void {
  running.start(registered.definition.timeoutMs);
  options.onStart(running);
  const run = new Run(running, registered, options);
  running.whenAborted(run);
  options.deadlines.watch(running);
  run.start();
}

/** The facts for the outcome are getters, because a job that completes needs none of them. */
class Run implements AbortListener, RunFacts {
  private ended = false;
  /** Whether the handler was called. An error before that concerns the payload. */
  private called = false;
  private grace: NodeJS.Timeout | undefined;

  constructor(
    private readonly running: RunningJob,
    private readonly registered: RegisteredProcessor,
    private readonly options: RunOptions,
  ) {}

  /**
   * Never ends synchronously: each end starts the next job, so handlers that return at once would nest without bound.
   */
  start(): void {
    try {
      void Promise.resolve(inOwnContext(() => this.validateAndProcess())).then(
        (result) => this.end({ kind: 'returned', result }),
        (error: unknown) => this.end(this.thrown(error)),
      );
    } catch (error) {
      queueMicrotask(() => this.end(this.thrown(error)));
    }
  }

  private validateAndProcess(): unknown {
    const { definition } = this.registered;
    const validated = validatePayload(
      definition,
      storedPayload(definition.type, payloadValue(this.running.row.payload)),
    );
    return validated instanceof Promise ? validated.then((payload) => this.process(payload)) : this.process(validated);
  }

  private process(payload: unknown): unknown {
    this.called = true;
    return this.registered.processor.process(this.running.toJob(payload), new RunContext(this.running, this.options));
  }

  private thrown(error: unknown): HandlerEnding {
    return { kind: this.called ? 'threw' : 'not called', error };
  }

  /** Waits for an open transaction, which may still complete the job. */
  private end(ending: HandlerEnding): void {
    const { transaction } = this.running;
    if (transaction?.state === 'open') void transaction.ended.then(() => this.finish(ending));
    else this.finish(ending);
  }

  private finish(ending: HandlerEnding): void {
    if (this.ended) return;
    this.ended = true;
    clearTimeout(this.grace);
    this.running.end();
    const seen = asSeen(ending, this.running);
    if (mayBeLarge(seen)) this.options.load.makeOutcome(() => this.decide(seen));
    else this.decide(seen);
  }

  private decide(seen: HandlerEnding): void {
    this.options.onEnded(this.running, this.outcome(seen));
  }

  /** Abandons the handler if it has not ended within the grace period. */
  aborted(): void {
    this.grace = setTimeout(() => {
      this.options.onAbandoned(this.running);
      this.finish({ kind: 'abandoned', error: this.running.signal.reason });
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
    return this.options.redact;
  }

  /** The job's own policy, or its definition's if that one is invalid: the job must be settled in any case. */
  get retry(): RetryPolicy {
    const { definition } = this.registered;
    try {
      return resolveRetryPolicy(this.running.row.retry ?? {}, definition.retry);
    } catch {
      return definition.retry;
    }
  }

  get maxResultBytes(): number {
    return this.options.limits.maxResultBytes;
  }

  private outcome(seen: HandlerEnding): WrittenOutcome {
    return this.running.completed ? decideAfterCommit(seen, this.redact) : decideOutcome(seen, this);
  }
}

function mayBeLarge(ending: HandlerEnding): boolean {
  return ending.kind !== 'returned' || ending.result !== undefined;
}

/**
 * The ending to judge. An error after a timeout becomes the timeout. A return despite a failed transaction that the
 * handler did not observe becomes that failure.
 */
function asSeen(ending: HandlerEnding, running: RunningJob): HandlerEnding {
  const { abortCause, transaction, refusedTransaction: refused, completed } = running;
  if (ending.kind === 'returned') {
    const failure = transaction?.unseenFailure ?? (refused && !refused.promise.isObserved ? refused : null);
    return failure ? { kind: 'threw', error: failure.error } : ending;
  }
  const timedOut = ending.kind === 'threw' && abortCause === 'timeout' && !completed;
  return timedOut ? { kind: 'threw', error: running.signal.reason } : ending;
}
