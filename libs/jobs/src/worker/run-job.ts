import type { JobDefinition } from '../job/job-definition.js';
import { jsonIssues } from '../job/json-encoding.js';
import type { WrittenOutcome } from '../job/job-outcome.js';
import { PermanentJobError } from '../job/job.errors.js';
import { validatePayload } from '../job/payload.js';
import { resolveRetryPolicy, type RetryPolicy } from '../job/retry-policy.js';
import type { RegisteredProcessor } from '../process/definition.registry.js';
import { decideOutcome, type HandlerEnding } from './decide-outcome.js';
import { createJobContext, type ContextParts } from './run-context.js';
import type { RunningJob } from './running-job.js';

export interface RunOptions extends ContextParts {
  abortGraceMs: number;
  onStart: (running: RunningJob) => void;
  onAbandoned: (running: RunningJob) => void;
}

/** Runs one claimed job: validate → process under timeout and signal → decide. Never throws. */
export async function runJob(
  running: RunningJob,
  { definition, processor }: RegisteredProcessor,
  options: RunOptions,
): Promise<WrittenOutcome> {
  const { row } = running;
  running.timeoutMs = row.timeout_ms ?? definition.timeoutMs;
  running.startedMs = performance.now();
  options.onStart(running);
  const ending = await endingOf(running, options, async () => {
    const payload = await validatePayload(definition, row.payload ?? {});
    return processor.process(running.toJob(payload), createJobContext(running, options));
  });
  running.endedMs = performance.now();
  if (running.completed) return { kind: 'completed', result: undefined };
  return decideOutcome(storable(ending), {
    attempt: row.attempts,
    maxAttempts: row.max_attempts,
    retry: ending.kind === 'returned' ? definition.retry : retryPolicyOf(running, definition),
    abortCause: running.abortCause,
  });
}

/** Waits for the handler, but no longer than the grace after its signal fired. */
async function endingOf(
  running: RunningJob,
  { abortGraceMs, onAbandoned }: RunOptions,
  handle: () => Promise<unknown>,
): Promise<HandlerEnding> {
  const timeout = setTimeout(() => running.abort('timeout'), running.timeoutMs);
  let grace: NodeJS.Timeout | undefined;
  const ending = await new Promise<HandlerEnding>((resolve) => {
    running.whenAborted(() => {
      grace = setTimeout(() => resolve({ kind: 'abandoned', error: running.signal.reason }), abortGraceMs);
    });
    void settled(running, handle).then(resolve);
  });
  clearTimeout(timeout);
  clearTimeout(grace);
  if (ending.kind === 'abandoned') onAbandoned(running);
  return ending;
}

/** An abort is told by its own message, whatever the handler made of it. */
async function settled(running: RunningJob, handle: () => Promise<unknown>): Promise<HandlerEnding> {
  try {
    return { kind: 'returned', result: await handle() };
  } catch (error) {
    return { kind: 'threw', error: running.abortCause === 'timeout' ? running.signal.reason : error };
  }
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
