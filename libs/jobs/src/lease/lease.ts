import type { WorkerStatus } from '../state/worker-status.js';
import type { JobsOptions } from '../jobs.options.js';
import type { ConnectionSource } from '../store/connection/connection-config.js';
import type { FleetRow } from '../store/sql/lease/worker-lease.sql.js';
import { EventLoopWatch } from './event-loop-watch.js';
import { HeartbeatConnection } from './heartbeat/heartbeat-connection.js';
import { HeartbeatThread } from './heartbeat/heartbeat-thread-host.js';
import type { HeartbeatSettings } from './heartbeat/heartbeat-thread.js';
import type { HeartbeatMessage } from './heartbeat/heartbeat.js';
import { SharedLeaseState } from './heartbeat/shared-lease-state.js';
import type { Clock } from '../support/time/clock.js';
import { report } from '../report/report.js';

export interface LeaseEvents {
  /** Another worker has declared this one dead. Its jobs no longer belong to it. */
  onDead: () => Promise<void>;
  /** The lease has expired: no renewal for `fenceAfterMs`. The worker must stop before others may take its jobs. */
  onFence: () => void;
  /** The lease is held again. */
  onRegained: () => void;
  /** A round reached the database and read the fleet. `sentMs`: when it was sent, by `Clock.sharedNs()`. */
  onRound: (fleet: FleetRow, sentMs: number) => Promise<void>;
  /** A round failed, so the state of the fleet is unknown. */
  onMissed: (error: unknown) => void;
  /** The work of a round failed. The next round follows as usual. */
  onError: (error: unknown) => void;
  /** The event loop turns again after a block since `sinceMs`. */
  onBlocked: (blockedMs: number, sinceMs: number) => void;
}

type Round = Extract<HeartbeatMessage, { kind: 'round' }>;

export interface LeaseParts {
  options: Pick<JobsOptions, 'lease' | 'schema' | 'shards' | 'pooled' | 'directUrl'>;
  dataSource: ConnectionSource;
  status: WorkerStatus;
  clock: Clock;
  identity: () => { id: string; slots: number };
  events: LeaseEvents;
}

/**
 * The lease of all jobs of this process: one row, which a thread renews every few seconds. Without a renewal the worker
 * stops itself before others may declare it dead, so no two workers run a job at once (docs/decisions/0008-lease.md).
 */
export class Lease {
  private readonly shared: SharedLeaseState;
  private readonly connection: HeartbeatConnection;
  private readonly thread: HeartbeatThread;
  private readonly loopWatch: EventLoopWatch;
  private expiryTimer: NodeJS.Timeout | undefined;
  private round: Promise<void> | null = null;

  constructor(private readonly parts: LeaseParts) {
    const { events, dataSource, options, clock } = parts;
    this.shared = new SharedLeaseState(clock);
    this.connection = new HeartbeatConnection({ source: dataSource, options });
    this.thread = new HeartbeatThread({
      settings: async () => this.settings(),
      onQuestion: (question) => this.connection.answer(question),
      onMessage: (message) => this.hear(message),
      onBroken: ({ message }) => report('heartbeat_broke', { message }),
    });
    this.loopWatch = new EventLoopWatch({ clock, beat: () => this.beat(), onBlocked: events.onBlocked });
  }

  /** Starts the thread. Throws `JobsConfigurationError` if the process cannot have one. */
  async prepare(): Promise<void> {
    await this.thread.start();
    this.shared.renewed(this.parts.clock.sharedNs());
  }

  /** Starts to renew. The worker must have its row by now. */
  start(): void {
    const { renewMs } = this.parts.options.lease;
    this.loopWatch.start();
    this.expiryTimer = setInterval(() => this.expireIfOverdue(), Math.min(1_000, renewMs));
    this.thread.identify(this.parts.identity().id);
  }

  /** Whether the lease is held. Ask before each claim: a suspended process resumes in the middle of its work. */
  get held(): boolean {
    this.expireIfOverdue();
    return this.parts.status.leaseHeld;
  }

  async stop(): Promise<void> {
    clearInterval(this.expiryTimer);
    this.loopWatch.stop();
    await this.thread.stop();
    await this.connection.end();
    await this.round;
  }

  private settings(): HeartbeatSettings {
    const { connection, shared } = this;
    const { schema, shards, lease } = this.parts.options;
    const { renewMs, eventLoopStallMs, fenceAfterMs } = lease;
    const { named, answerMs } = connection;
    const because = connection.relayedBecause();
    if (because) report('heartbeat_relayed', { because, lostAfterMs: fenceAfterMs });
    const timing = { shards, renewMs, eventLoopStallMs, answerMs };
    return {
      ...timing,
      schema,
      relayed: because !== null,
      named,
      tlsCalls: connection.answerTlsCalls(),
      memory: shared.memory,
    };
  }

  private beat(): void {
    this.shared.slots = this.parts.identity().slots;
    this.shared.beat();
  }

  private hear(message: HeartbeatMessage): void {
    if (message.kind === 'failed') this.parts.events.onMissed(Object.assign(new Error(), message.error));
    // One round at a time, so that they do not pile up beside a slow database.
    if (message.kind === 'round') this.round ??= this.follow(message).finally(() => (this.round = null));
  }

  private async follow({ id, fleet, sentMs }: Round): Promise<void> {
    const { options, events, identity, status } = this.parts;
    if (id !== identity().id) return;
    try {
      const own = fleet.workers.find((worker) => worker.id === id);
      if (!own || own.dead) {
        await events.onDead();
        this.shared.renewed(this.parts.clock.sharedNs());
        this.thread.identify(identity().id);
      }
      // The message may be old if this thread was blocked, so only the time of the renewal counts.
      const heldBefore = status.leaseHeld;
      status.leaseHeld = this.shared.sinceRenewalMs <= options.lease.fenceAfterMs;
      if (status.leaseHeld && !heldBefore) events.onRegained();
      await events.onRound(fleet, sentMs);
    } catch (error) {
      events.onError(error);
    }
  }

  private expireIfOverdue(): void {
    const { options, status, events } = this.parts;
    if (!status.leaseHeld || this.shared.sinceRenewalMs <= options.lease.fenceAfterMs) return;
    status.leaseHeld = false;
    events.onFence();
  }
}
