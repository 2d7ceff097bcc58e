import { setTimeout as delay } from 'node:timers/promises';
import { databaseErrorCode } from '../../store/connection/database-errors.js';
import type { WorkerStore } from '../../store/worker.store.js';
import { nsToMs, type Clock } from '../../support/time/clock.js';
import { retryPauseMs } from '../../support/time/retry-pause.js';
import type { FleetRow } from '../../store/sql/lease/worker-lease.sql.js';
import type { SharedLeaseState } from './shared-lease-state.js';

/** What the heartbeat reports to the main thread. `id` is the worker that it renewed, `sentMs` when, in milliseconds of `Clock.sharedNs()`. */
export type HeartbeatMessage =
  | { kind: 'ready' }
  | { kind: 'round'; id: string; fleet: FleetRow; sentMs: number }
  | { kind: 'failed'; error: { message: string; code: string } };

export interface HeartbeatParts {
  workers: Pick<WorkerStore, 'renew' | 'ownTypes'>;
  shared: SharedLeaseState;
  clock: Clock;
  shards: number;
  renewMs: number;
  /** How long the main thread may be blocked before the process ends, in milliseconds. 0: no limit. */
  eventLoopStallMs: number;
  post: (message: HeartbeatMessage) => void;
  /** Ends the process, if the system allows it. */
  endProcess: (why: string) => void;
}

const RETRY = { minMs: 250, maxMs: 2_000 };
const TICK_MS = 1_000;
const LAST_LOOK_MS = 2_000;

/**
 * Renews the lease of a worker and reads the fleet. It runs in a thread of its own, because a handler that blocks the
 * event loop must not cost the lease. A loop that has been blocked for too long will never turn again, so renewing
 * stops (docs/decisions/0026-heartbeat-thread.md).
 */
export class Heartbeat {
  private readonly stopping = new AbortController();
  private workerId: string | null = null;
  private rounds: Promise<void> | null = null;
  private ticker: NodeJS.Timeout | undefined;
  private beatsSeen = -1;
  private unchangedMs = 0;
  private ended = false;

  constructor(private readonly parts: HeartbeatParts) {}

  /** Renews this worker from now on, the first time at once. */
  identify(workerId: string): void {
    this.workerId = workerId;
    const tickMs = Math.min(TICK_MS, this.parts.eventLoopStallMs / 4 || TICK_MS);
    this.ticker ??= setInterval(() => this.watch(tickMs), tickMs);
    this.rounds ??= this.loop();
  }

  async stop(): Promise<void> {
    clearInterval(this.ticker);
    this.stopping.abort();
    await this.rounds;
  }

  private async loop(): Promise<void> {
    const { signal } = this.stopping;
    const { clock, renewMs } = this.parts;
    for (let failures = 0; !signal.aborted;) {
      const startedMs = clock.steadyMs();
      failures = this.ended || (await this.renew()) ? 0 : failures + 1;
      const restMs = renewMs - (clock.steadyMs() - startedMs);
      const pauseMs = failures > 0 ? Math.min(retryPauseMs(failures - 1, RETRY), renewMs) : restMs;
      await delay(Math.max(pauseMs, 0), null, { signal }).catch(() => {});
    }
  }

  private async renew(): Promise<boolean> {
    const { workers, shared, clock, post } = this.parts;
    const id = this.workerId!;
    const sentNs = clock.sharedNs();
    try {
      const seen = await workers.renew(id, shared.slots);
      if (seen.workers.some((worker) => worker.id === id && !worker.dead)) shared.renewed(sentNs);
      post({ kind: 'round', id, fleet: seen, sentMs: nsToMs(sentNs) });
      return true;
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      post({ kind: 'failed', error: { message, code: databaseErrorCode(error) } });
      return false;
    }
  }

  /** Counts ticks instead of time, because a suspended process is not blocked. */
  private watch(tickMs: number): void {
    const { shared, eventLoopStallMs } = this.parts;
    if (shared.beats !== this.beatsSeen) {
      this.beatsSeen = shared.beats;
      this.unchangedMs = 0;
      this.ended = false;
      return;
    }
    this.unchangedMs += tickMs;
    if (eventLoopStallMs === 0 || this.ended || this.unchangedMs < eventLoopStallMs) return;
    this.ended = true;
    void this.end();
  }

  private async end(): Promise<void> {
    const held = await Promise.race([this.describeHeld(), delay(LAST_LOOK_MS, '', { ref: false })]);
    if (this.parts.shared.beats !== this.beatsSeen) return;
    this.parts.endProcess(
      `JOBS_EVENT_LOOP_STALLED: the event loop has been blocked for ${Math.round(this.unchangedMs / 1_000)} s` +
        `${held}. Worker ${this.workerId} does not renew its lease any more, and its process ends.`,
    );
  }

  private async describeHeld(): Promise<string> {
    const types = await this.parts.workers.ownTypes(this.parts.shards, this.workerId!).catch(() => []);
    if (types.length === 0) return '';
    return `, while it holds ${types.map(({ type, jobs, seconds }) => `${type} (${jobs}, for ${seconds} s)`).join(', ')}`;
  }
}
