import type { JobStatus } from '../../job/job-status.js';
import { inWords, plural, timeInWords } from './in-words.js';

export type WhyCode =
  | 'finished'
  | 'running'
  | 'worker_lost'
  | 'blocked'
  | 'being_cancelled'
  | 'careful_start'
  | 'no_worker_for_type'
  | 'not_due'
  | 'queue_paused'
  | 'type_paused'
  | 'no_worker_for_queue'
  | 'all_slots_busy'
  | 'about_to_start';

/** Why a job is not running, or that it is. */
export interface WhyNotRunning {
  code: WhyCode;
  /** For people: the reason, and what can be done. */
  words: string;
  /** The facts behind the reason. */
  details: Readonly<Record<string, string | number | boolean | Date | null>>;
}

/** What is known about a job and those who could run it. */
export interface WhyFacts {
  type: string;
  queue: string;
  status: JobStatus;
  attempts: number;
  maxAttempts: number;
  /** Claims so far. More than attempts if the job was handed back. */
  runs: number;
  /** Runs that ended with their process. */
  crashes: number;
  scheduledAt: Date;
  /** Milliseconds until it falls due; negative if it is due. */
  inMs: number;
  startedAt: Date | null;
  completedAt: Date | null;
  worker: { id: string; host: string | null; pid: number | null; lives: boolean } | null;
  /** Since when its queue is paused, and its type. */
  pausedAt: Date | null;
  typePausedAt: Date | null;
  cancelRequested: boolean;
  /** Living workers of the queue, and their slots. */
  workers: number;
  slots: number;
  /** False if no living worker of the queue can have a processor for the type. */
  typeMayBeKnown: boolean;
  /** Running jobs of those workers, and due jobs before this one. Null if it is not due, or they took too long to count. */
  ahead: Ahead | null;
}

export interface Ahead {
  busy: number;
  /** At most 10,000. */
  jobs: number;
  /** True if there are more. */
  capped: boolean;
}

/** A suspect is handed back for at most this long, in milliseconds. */
const LONGEST_HAND_BACK_MS = 60_000;

/** Decides which of the reasons matters most: what people must act on comes before what passes by itself. */
export function whyNotRunning(facts: WhyFacts): WhyNotRunning {
  const { status } = facts;
  if (status === 'processing') return whileRunning(facts);
  if (status === 'blocked')
    return { code: 'blocked', words: 'It waits for other jobs, which have not completed yet.', details: {} };
  if (status !== 'pending') return afterEnd(facts);
  if (facts.cancelRequested)
    return {
      code: 'being_cancelled',
      words: 'Its cancellation was requested. A worker will write it within seconds; the job will not run.',
      details: {},
    };
  return facts.inMs > 0 ? beforeDue(facts) : whileDue(facts);
}

function afterEnd({ status, completedAt, attempts, maxAttempts }: WhyFacts): WhyNotRunning {
  const when = completedAt ? ` at ${timeInWords(completedAt)}` : '';
  const words: Partial<Record<JobStatus, string>> = {
    completed: `It completed${when}. Replay it to do the same once more, as a new job.`,
    failed: `It failed${when}, in attempt ${attempts} of ${maxAttempts}. Retry it to run it again.`,
    cancelled: `It was cancelled${when}. Retry it to run it after all.`,
  };
  return { code: 'finished', words: words[status]!, details: { status, completedAt, attempts, maxAttempts } };
}

function whileRunning({ worker, startedAt, cancelRequested, workers }: WhyFacts): WhyNotRunning {
  const name = worker?.host ? `worker ${worker.host} (pid ${worker.pid})` : 'a worker that is no longer known';
  const details = {
    workerId: worker?.id ?? null,
    host: worker?.host ?? null,
    pid: worker?.pid ?? null,
    since: startedAt,
    cancelRequested,
  };
  if (worker?.lives) {
    const asked = cancelRequested ? ' Its cancellation was requested, and the worker aborts it.' : '';
    const since = startedAt ? ` since ${timeInWords(startedAt)}` : '';
    return { code: 'running', words: `It is running on ${name}${since}.${asked}`, details };
  }
  const next =
    workers > 0
      ? 'Another worker takes the job back within half a minute.'
      : 'No other worker of its queue is alive to take it back: start one.';
  return { code: 'worker_lost', words: `It was running on ${name}, which has died. ${next}`, details };
}

function beforeDue(facts: WhyFacts): WhyNotRunning {
  const { inMs, scheduledAt, attempts, maxAttempts } = facts;
  const wasHandedBack = facts.runs > attempts;
  if (wasHandedBack && facts.crashes > 0 && inMs <= LONGEST_HAND_BACK_MS) return carefulStart(facts);
  if (wasHandedBack && facts.workers > 0 && !facts.typeMayBeKnown) return unknownType(facts);
  const what = attempts > 0 ? `Attempt ${attempts + 1} of ${maxAttempts}` : 'It';
  const falls = `${what} falls due at ${timeInWords(scheduledAt)}, in ${inWords(inMs)}.`;
  return {
    code: 'not_due',
    words: `${falls} Run it now if it should not wait.${pausesAsWell(facts)}`,
    details: { scheduledAt, inMs: Math.round(inMs), attempts, maxAttempts },
  };
}

function whileDue(facts: WhyFacts): WhyNotRunning {
  const { pausedAt, typePausedAt, workers, slots, ahead } = facts;
  if (pausedAt) return queuePaused(facts.queue, pausedAt);
  if (typePausedAt) return typePaused(facts.type, typePausedAt);
  if (workers === 0) return noWorker(facts.queue);
  if (!facts.typeMayBeKnown) return unknownType(facts);
  if (facts.crashes > 0) return carefulStart(facts);
  return ahead && ahead.busy >= slots ? slotsBusy(facts, ahead) : aboutToStart(facts);
}

function queuePaused(queue: string, pausedAt: Date): WhyNotRunning {
  return {
    code: 'queue_paused',
    words: `Its queue "${queue}" has been paused since ${timeInWords(pausedAt)}. Resume the queue to run it.`,
    details: { queue, pausedAt },
  };
}

function typePaused(type: string, pausedAt: Date): WhyNotRunning {
  return {
    code: 'type_paused',
    words: `Its type "${type}" has been paused since ${timeInWords(pausedAt)}. Resume the type to run it.`,
    details: { type, pausedAt },
  };
}

function pausesAsWell({ queue, pausedAt, type, typePausedAt }: WhyFacts): string {
  const paused = [...(pausedAt ? [`queue "${queue}"`] : []), ...(typePausedAt ? [`type "${type}"`] : [])];
  if (paused.length === 0) return '';
  return ` Its ${paused.join(' and its ')} ${paused.length === 1 ? 'is' : 'are'} paused as well.`;
}

function noWorker(queue: string): WhyNotRunning {
  return {
    code: 'no_worker_for_queue',
    words: `No living worker takes jobs from its queue "${queue}". Start one, resume one that is drained, or add the queue to \`queues\` of a worker.`,
    details: { queue },
  };
}

function slotsBusy(facts: WhyFacts, ahead: Ahead): WhyNotRunning {
  const whose = `the ${plural(facts.workers, 'worker')} of its queue "${facts.queue}"`;
  return {
    code: 'all_slots_busy',
    words:
      `All ${plural(facts.slots, 'slot')} of ${whose} are busy, and ${beforeIt(ahead)}. ` +
      'Wait, raise `concurrency`, or start another worker.',
    details: placeOf(facts),
  };
}

function aboutToStart(facts: WhyFacts): WhyNotRunning {
  const place = facts.ahead ? `: a slot is free, and ${beforeIt(facts.ahead)}` : '';
  return { code: 'about_to_start', words: `It is due and about to start${place}.`, details: placeOf(facts) };
}

function placeOf({ queue, workers, slots, ahead }: WhyFacts): WhyNotRunning['details'] {
  return { queue, workers, slots, ahead: ahead?.jobs ?? null, aheadCapped: ahead?.capped ?? false };
}

function carefulStart({ crashes, inMs }: WhyFacts): WhyNotRunning {
  const ended = crashes === 1 ? 'A run of it' : `${crashes} runs of it`;
  return {
    code: 'careful_start',
    words:
      `${ended} ended with the process, so it may be the cause. Such jobs start a few at a time; it has its turn soon. ` +
      'If it ends its process again, look at its payload and its processor.',
    details: { crashes, inMs: Math.round(inMs) },
  };
}

function unknownType({ type, queue, workers }: WhyFacts): WhyNotRunning {
  return {
    code: 'no_worker_for_type',
    words:
      `None of the ${plural(workers, 'living worker')} of its queue "${queue}" knows its type "${type}". Deploy a worker ` +
      'with a provider for it (@ProcessesJob), or cancel the job.',
    details: { type, queue, workers },
  };
}

function beforeIt({ jobs, capped }: Ahead): string {
  if (jobs === 0) return 'no due job of the queue is before it';
  return `${capped ? 'more than ' : ''}${plural(jobs, 'due job')} of the queue ${jobs === 1 && !capped ? 'is' : 'are'} before it`;
}
