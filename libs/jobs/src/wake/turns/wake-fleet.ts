import type { WorkerRow } from '../../store/sql/lease/worker-lease.sql.js';
import type { WorkerQueuesRow } from '../../store/sql/lease/read-worker-queues.sql.js';
import type { UnworkedQueues } from './unworked-queues.js';
import { hashOf, type Peer } from './wake-order.js';

export interface WakeFleetOptions {
  queues: readonly string[];
  unworked: Pick<UnworkedQueues, 'leftTo' | 'update'>;
  readQueues: (ids: string[]) => Promise<WorkerQueuesRow[]>;
}

interface Member extends Peer {
  /** The queues that it shares with this worker. Null if both have exactly the same queues. */
  shared: ReadonlySet<string> | null;
  /** Queues that it works on and this worker does not. */
  left: readonly string[];
}

/**
 * The living workers of the fleet that are not drained, as of the last renewal of the lease. It includes this worker once
 * that has a row.
 */
export class WakeFleet {
  private readonly members = new Map<string, Member>();
  private readonly ofQueue = new Map<string, Peer[]>();
  private twins: Peer[] | null = null;

  constructor(private readonly options: WakeFleetOptions) {}

  /** The workers of a queue. */
  of(queue: string): readonly Peer[] {
    let peers = this.ofQueue.get(queue);
    if (!peers) {
      peers = [...this.members.values()].filter(({ shared }) => shared === null || shared.has(queue));
      this.ofQueue.set(queue, peers);
    }
    return peers;
  }

  /** The workers with exactly the queues of this one, itself included. */
  get alike(): readonly Peer[] {
    return (this.twins ??= [...this.members.values()].filter(({ shared }) => shared === null));
  }

  /** Updates the fleet from a read of the lease. Reads the queues of new workers. */
  async follow(workers: readonly WorkerRow[]): Promise<void> {
    const living = new Set(workers.filter(({ dead, drained }) => !dead && !drained).map(({ id }) => id));
    const unknown = [...living].filter((id) => !this.members.has(id));
    const gone = [...this.members.keys()].filter((id) => !living.has(id));
    if (unknown.length === 0 && gone.length === 0) return;
    const rows = unknown.length > 0 ? await this.options.readQueues(unknown) : [];
    for (const id of gone) this.members.delete(id);
    for (const { id, queues } of rows) this.members.set(id, this.memberOf(id, queues));
    this.ofQueue.clear();
    this.twins = null;
    this.options.unworked.update([...this.members.values()].flatMap(({ left }) => left));
  }

  private memberOf(id: string, queues: readonly string[]): Member {
    return { id, hash: hashOf(id), shared: this.sharedOf(queues), left: this.options.unworked.leftTo(queues) };
  }

  private sharedOf(queues: readonly string[]): ReadonlySet<string> | null {
    const theirs = new Set(queues);
    const own = new Set(this.options.queues);
    const shared = new Set([...own].filter((queue) => theirs.has(queue)));
    return shared.size === own.size && shared.size === theirs.size ? null : shared;
  }
}
