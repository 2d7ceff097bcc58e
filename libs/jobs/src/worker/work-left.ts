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
  nextDueInMs: number | null;
}

/** Judges what is left. Jobs that wait in a paused queue may wait for ever, but those that run there will end. */
export function workLeft(
  { open, paused }: { open: QueueWork; paused: readonly (readonly [queue: string, work: QueueWork])[] },
  waitForDelayed: boolean,
): WorkLeft {
  const waits = ({ due_in_ms: inMs }: QueueWork) => inMs !== null && (waitForDelayed || inMs <= 0);
  const later = [open, ...paused.map(([, work]) => work)].flatMap(({ due_in_ms: inMs }) =>
    inMs !== null && inMs > 0 ? [inMs] : [],
  );
  return {
    isBusy: waits(open) || open.running || paused.some(([, { running }]) => running),
    paused: paused.filter(([, work]) => waits(work)).map(([queue]) => queue),
    nextDueInMs: later.length === 0 ? null : Math.ceil(Math.min(...later)),
  };
}
