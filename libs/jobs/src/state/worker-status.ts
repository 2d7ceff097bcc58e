/**
 * What this process's worker is doing right now, in memory: the worker writes it, probes and metrics read it.
 * Times are `performance.now()` milliseconds, so that a jump of the wall clock changes nothing.
 */
export class WorkerStatus {
  /** False in a producer, true once the first claim has come back. */
  started = false;
  /** True from the moment shutdown begins. */
  draining = false;
  /** True while a worker is meant to run in this process. */
  enabled = false;
  slots = 0;
  activeSlots = 0;
  lastLoopTickMs: number | null = null;
  lastClaimMs: number | null = null;
  /** False while the database has not seen this worker for too long, or has declared it dead. */
  leaseHeld = true;
  /** Since when the lease has been lost although the database answers this process; null if it is held or nobody answers. */
  leaseLostInVainSinceMs: number | null = null;
  /** False while no NOTIFY reaches this process; polling carries on. */
  listening = false;
  /** Claims that ended in an error; each is tried again. */
  claimErrors = 0;
  rescuedJobs = 0;
  /** How long the event loop has been blocked so far, in blocks of a second or more. */
  blockedMs = 0;
  /** When the event loop turned again after the last of them. */
  unblockedMs: number | null = null;
  lostLeases = 0;
  /** Handlers that ignored their signal and were left behind. */
  abandonedHandlers = 0;
  /** Queues of this worker that are paused for the whole fleet. */
  pausedQueues: readonly string[] = [];
  /** Queues of definitions known here that no worker of the fleet works on. */
  unworkedQueues: readonly string[] = [];
  /** Whether jobs wait or run although the database is a copy of the one that they were made in; null if it is none. */
  restoredCopy: 'waits' | 'runs' | null = null;
  /** Types met in the queues lately for which this process has no processor. */
  readonly unknownTypes = new Set<string>();
}
