import type { WorkerStatus } from '../../state/worker-status.js';
import { UnknownTypeWarnings } from './unknown-type-warnings.js';
import type { Clock } from '../../support/time/clock.js';

const FIRST_DELAY_MS = 10_000;
const MAX_DELAY_MS = 300_000;

/** A type that stays away for this many of its delays is forgotten: another worker runs its jobs, or there are none. */
const DELAYS_UNTIL_FORGOTTEN = 2;

interface Postponement {
  delayMs: number;
  untilMs: number;
  forget: NodeJS.Timeout;
}

/**
 * Decides how long jobs of types without a processor here are postponed: 10 s at first, growing to 5 min. They never
 * fail, because another worker may have the processor, such as the next version during a deployment.
 */
export class UnknownTypes {
  private readonly warnings: UnknownTypeWarnings;
  private readonly delays = new Map<string, Postponement>();

  constructor(
    private readonly status: WorkerStatus,
    private readonly clock: Clock,
  ) {
    this.warnings = new UnknownTypeWarnings(clock);
  }

  /** The delay for a job of this type that was just met, in milliseconds. */
  delayMs(type: string): number {
    const nowMs = this.clock.steadyMs();
    const known = this.delays.get(type);
    if (known && nowMs < known.untilMs) return known.delayMs;
    const delayMs = known ? Math.min(known.delayMs * 2, MAX_DELAY_MS) : FIRST_DELAY_MS;
    clearTimeout(known?.forget);
    const forget = setTimeout(() => this.forget(type), DELAYS_UNTIL_FORGOTTEN * delayMs).unref();
    this.delays.set(type, { delayMs, untilMs: nowMs + delayMs, forget });
    this.status.unknownTypes.add(type);
    return delayMs;
  }

  /** Jobs of the type were postponed. */
  postponed(type: string, jobs: number): void {
    this.warnings.met(type, jobs);
  }

  private forget(type: string): void {
    this.delays.delete(type);
    this.status.unknownTypes.delete(type);
  }
}
