/**
 * The current state of this process's worker, in memory. The worker writes it; probes and metrics read it. Times are
 * of `Clock.steadyMs()`, so that a jump of the wall clock changes nothing.
 */
export class WorkerStatus {
  /** True once the first claim has come back. Always false in a producer. */
  started = false;
  /** True from the moment shutdown begins. */
  draining = false;
  /** True while a worker is meant to run in this process. */
  enabled = false;
  slots = 0;
  activeSlots = 0;
  lastLoopTickMs: number | null = null;
  lastClaimMs: number | null = null;
  /** False once the worker has not renewed its lease for too long, or has been declared dead. */
  leaseHeld = true;
  /** Since when the lease is lost although the database answers; null if it is held or nobody answers. */
  leaseLostInVainSinceMs: number | null = null;
  /** False while no NOTIFY reaches this process. Polling goes on. */
  listening = false;
  /** Claims that failed. Each is tried again. */
  claimErrors = 0;
  rescuedJobs = 0;
  /** Total time that the event loop was blocked, in blocks of a second or more, in milliseconds. */
  blockedMs = 0;
  /** When the last of these blocks ended. */
  unblockedMs: number | null = null;
  lostLeases = 0;
  /** Handlers that ignored their signal and were abandoned. */
  abandonedHandlers = 0;
  /** Queues of this worker that an operator has paused. */
  pausedQueues: readonly string[] = [];
  /** Types with a processor here that an operator has paused. */
  pausedTypes: readonly string[] = [];
  /** Whether an operator drains the worker: it finishes what it has and starts nothing. */
  drained = false;
  /** Queues of definitions known here from which no living worker claims. */
  unworkedQueues: readonly string[] = [];
  /** Whether jobs wait or run although the database is a copy. Null if it is no copy. */
  restoredCopy: 'waits' | 'runs' | null = null;
  /** Types without a processor in this process that its queues have had lately. */
  readonly unknownTypes = new Set<string>();
}
