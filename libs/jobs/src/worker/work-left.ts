/** What waits and runs in some queues, as the store reads it. */
export interface QueueWork {
  /** Negative if a job is due, null if none is pending. */
  due_in_ms: number | null;
  running: boolean;
}

/** What is left to do. */
export interface WorkLeft {
  /** Whether there is something to wait for. */
  isBusy: boolean;
  /** Paused queues in which jobs are due, or with `waitForDelayed` pending. */
  paused: string[];
  /** Paused types of which jobs are due, or with `waitForDelayed` pending. */
  pausedTypes: string[];
  /** Of the other types. */
  nextDueInMs: number | null;
}

/** What the store reads: of the other types, and of those that are paused. */
export interface SeenWork {
  open: QueueWork;
  paused: readonly (readonly [queue: string, work: QueueWork])[];
  pausedTypes: readonly { type: string; due_in_ms: number }[];
}

/** Judges what is left. Jobs that wait in a pause may wait for ever, but those that run will end. */
export function workLeft({ open, paused, pausedTypes }: SeenWork, waitForDelayed: boolean): WorkLeft {
  const waits = ({ due_in_ms: inMs }: Pick<QueueWork, 'due_in_ms'>) => inMs !== null && (waitForDelayed || inMs <= 0);
  const later = [open, ...paused.map(([, work]) => work)].flatMap(({ due_in_ms: inMs }) =>
    inMs !== null && inMs > 0 ? [inMs] : [],
  );
  return {
    isBusy: waits(open) || open.running || paused.some(([, { running }]) => running),
    paused: paused.filter(([, work]) => waits(work)).map(([queue]) => queue),
    pausedTypes: pausedTypes.filter(waits).map(({ type }) => type),
    nextDueInMs: later.length === 0 ? null : Math.ceil(Math.min(...later)),
  };
}
