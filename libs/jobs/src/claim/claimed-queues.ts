import { DEFAULT_QUEUE } from '../job/job-definition.js';
import { queueName, type QueueOption } from '../job/validate/queue-option.js';
import type { WorkerStatus } from '../state/worker-status.js';
import type { DefinitionRegistry } from '../handle/definition.registry.js';

/** What operators let a worker start. */
export interface Steering {
  /** It starts no jobs of these queues. */
  paused: readonly string[];
  /** It starts no jobs of these types. */
  pausedTypes: readonly string[];
  /** It starts no jobs at all. */
  isDrained: boolean;
}

/** The queues of the option. Default: `default` and those of the definitions with a processor here. */
export function queuesToWorkOn(
  given: readonly QueueOption[] | undefined,
  registry: Pick<DefinitionRegistry, 'allProcessors'>,
): string[] {
  const own = registry.allProcessors().map(({ definition }) => definition.queue);
  return given?.map(queueName) ?? [...new Set([DEFAULT_QUEUE, ...own])].sort();
}

/** The queues that a worker claims from: its own, without the paused ones, and none while it is drained. */
export class ClaimedQueues {
  /** The same array until a queue is paused or resumed. */
  names: readonly string[];
  /** The queues of which it starts no job: all that are paused, and its own while it is drained. */
  paused: ReadonlySet<string> = new Set();
  isDrained = false;
  private readonly claimed: Set<string>;

  constructor(
    private readonly own: readonly string[],
    private readonly status: WorkerStatus,
  ) {
    this.names = own;
    this.claimed = new Set(own);
  }

  has(queue: string): boolean {
    return this.claimed.has(queue);
  }

  /** Pauses exactly these queues, and drains or ends that. Returns true if jobs of some queue may start again. */
  steer({ paused: queues, isDrained }: Pick<Steering, 'paused' | 'isDrained'>): boolean {
    this.isDrained = isDrained;
    this.status.drained = isDrained;
    this.status.pausedQueues = this.own.filter((queue) => queues.includes(queue));
    const paused = new Set(isDrained ? [...queues, ...this.own] : queues);
    const resumed = [...this.paused].some((queue) => !paused.has(queue));
    if (!resumed && paused.size === this.paused.size) return false;
    this.paused = paused;
    this.names = this.own.filter((queue) => !paused.has(queue));
    this.claimed.clear();
    for (const queue of this.names) this.claimed.add(queue);
    return resumed;
  }
}
