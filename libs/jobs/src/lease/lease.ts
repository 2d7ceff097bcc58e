import { Logger } from '@nestjs/common';
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

export interface LeaseEvents {
  /** Others have declared this worker dead: what it runs is no longer its own. */
  onDead: () => Promise<void>;
  /** The lease could not be renewed for too long: stop before others may take the jobs. */
  onFence: () => void;
  /** The lease is held again after it was not. */
  onRegained: () => void;
  /** A round that reached the database, with the fleet as it stands. */
  onRound: (fleet: FleetRow) => Promise<void>;
  /** A round that did not: what others did meanwhile is not known. */
  onMissed: (error: unknown) => void;
  /** The work of a round failed; the next one comes anyway. */
  onError: (error: unknown) => void;
  /** The event loop turns again after it has been blocked since `sinceMs`. */
  onBlocked: (blockedMs: number, sinceMs: number) => void;
}

export interface LeaseParts {
  options: Pick<JobsOptions, 'lease' | 'schema' | 'shards' | 'pooled' | 'directUrl'>;
  dataSource: ConnectionSource;
  status: WorkerStatus;
  identity: () => { id: string; slots: number };
  events: LeaseEvents;
}

/**
 * One row per process is the lease of all its jobs, and a thread renews it every few seconds. A worker fences itself
 * before others may declare it dead, so that no two workers run a job at once.
 */
export class Lease {
  private readonly logger = new Logger('Jobs');
  private readonly shared = new SharedLeaseState();
  private readonly connection: HeartbeatConnection;
  private readonly thread: HeartbeatThread;
  private readonly loopWatch: EventLoopWatch;
  private fenceTimer: NodeJS.Timeout | undefined;
  private round: Promise<void> | null = null;

  constructor(private readonly parts: LeaseParts) {
    const { events, dataSource, options } = parts;
    this.connection = new HeartbeatConnection({ source: dataSource, options });
    this.thread = new HeartbeatThread({
      settings: async () => this.settings(),
      onQuestion: (question) => this.connection.answer(question),
      onMessage: (message) => this.hear(message),
      onBroken: ({ message }) => this.logger.error(`The heartbeat thread broke: ${message}. Starting it again.`),
    });
    this.loopWatch = new EventLoopWatch({ beat: () => this.beat(), onBlocked: events.onBlocked });
  }

  /** Starts the thread. Throws `JobsConfigurationError` if the process cannot have one. */
  async prepare(): Promise<void> {
    await this.thread.start();
    this.shared.renewed(process.hrtime.bigint());
  }

  /** The worker has a row: from now on it is renewed. */
  start(): void {
    const { renewMs } = this.parts.options.lease;
    this.loopWatch.start();
    this.fenceTimer = setInterval(() => this.fence(), Math.min(1_000, renewMs));
    this.thread.identify(this.parts.identity().id);
  }

  /**
   * Whether others cannot have declared this worker dead. Asked before each claim, because a process that was suspended
   * wakes up in the middle of what it did.
   */
  get held(): boolean {
    this.fence();
    return this.parts.status.leaseHeld;
  }

  async stop(): Promise<void> {
    clearInterval(this.fenceTimer);
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
    if (because)
      this.logger.warn(
        `No thread can be given the DataSource's ${because}, so the main thread renews the lease: it is lost while the ` +
          `event loop is blocked for ${fenceAfterMs / 1_000} s or longer`,
      );
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
    // One round at a time: a slow database must not pile them up.
    if (message.kind === 'round')
      this.round ??= this.follow(message.id, message.fleet).finally(() => (this.round = null));
  }

  private async follow(id: string, fleet: FleetRow): Promise<void> {
    const { options, events, identity, status } = this.parts;
    if (id !== identity().id) return;
    try {
      const own = fleet.workers.find((worker) => worker.id === id);
      if (!own || own.dead) {
        await events.onDead();
        this.shared.renewed(process.hrtime.bigint());
        this.thread.identify(identity().id);
      }
      // A message may have waited for as long as this thread was blocked: only the renewal itself counts.
      const heldBefore = status.leaseHeld;
      status.leaseHeld = this.shared.sinceRenewalMs <= options.lease.fenceAfterMs;
      if (status.leaseHeld && !heldBefore) events.onRegained();
      await events.onRound(fleet);
    } catch (error) {
      events.onError(error);
    }
  }

  private fence(): void {
    const { options, status, events } = this.parts;
    if (!status.leaseHeld || this.shared.sinceRenewalMs <= options.lease.fenceAfterMs) return;
    status.leaseHeld = false;
    events.onFence();
  }
}
