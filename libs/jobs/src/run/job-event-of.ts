import { oneLine } from '../job/text/error-text.js';
import type { JobEvent, JobEventName } from '../job/job-events.js';
import { COMPLETED, type JobOutcome } from '../job/outcome/job-outcome.js';
import { PayloadText } from '../job/validate/payload-text.js';
import type { RescuedRow } from '../store/sql/lease/rescue-jobs.sql.js';
import type { RunningJob } from '../slots/running-job.js';

export function startedEvent(running: RunningJob): JobEvent {
  return eventOf('started', running, 0);
}

export function outcomeEvent(running: RunningJob, outcome: JobOutcome): JobEvent {
  const event = eventOf(outcome.kind, running, running.endedMs - running.startedMs);
  if (outcome === COMPLETED) return event;
  return Object.assign(
    event,
    'error' in outcome && outcome.error !== undefined && { error: oneLine(outcome.error) },
    'waitsFor' in outcome && { waitsFor: outcome.waitsFor },
    'delayMs' in outcome && { delayMs: Math.max(0, outcome.delayMs) },
  );
}

/** A run that ended with its worker. Its duration is unknown. */
export function rescuedEvent({
  id,
  type,
  queue,
  payload,
  status,
  attempts,
  max_attempts,
  error,
}: RescuedRow): JobEvent {
  const counted = { attempt: attempts, maxAttempts: max_attempts };
  const name = status === 'pending' ? 'rescued' : status;
  return { name, id, type, queue, payload, ...counted, waitMs: 0, durationMs: 0, error, rescued: true };
}

function eventOf(name: JobEventName, { row, claimedMs, startedMs }: RunningJob, durationMs: number): JobEvent {
  const { id, type, queue, payload, attempts, max_attempts } = row;
  const waitMs = Math.max(0, row.wait_ms) + (startedMs - claimedMs);
  const event = { name, id, type, queue, payload, attempt: attempts, maxAttempts: max_attempts, waitMs, durationMs };
  return payload instanceof PayloadText ? withPayloadOf(event, payload) : event;
}

/** Parses a large payload only when a listener reads it. Most listeners do not. */
function withPayloadOf(event: JobEvent, text: PayloadText): JobEvent {
  return Object.defineProperty(event, 'payload', { get: () => text.parse(), enumerable: true });
}
