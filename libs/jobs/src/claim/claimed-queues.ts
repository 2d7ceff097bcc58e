import { DEFAULT_QUEUE } from '../job/job-definition.js';
import { queueName, type QueueOption } from '../job/validate/queue-option.js';
import type { WorkerStatus } from '../state/worker-status.js';
import type { DefinitionRegistry } from '../handle/definition.registry.js';

/** The queues of the option. Default: `default` and those of the definitions with a processor here. */
export function queuesToWorkOn(
  given: readonly QueueOption[] | undefined,
  registry: Pick<DefinitionRegistry, 'allProcessors'>,
): string[] {
  const own = registry.allProcessors().map(({ definition }) => definition.queue);
  return given?.map(queueName) ?? [...new Set([DEFAULT_QUEUE, ...own])].sort();
}

/** The queues that a worker claims from: its own, without the paused ones. */
export class ClaimedQueues {
  /** The same array until a queue is paused or resumed. */
  names: readonly string[];
  /** All queues that are paused, whether they are its own or not. */
  paused: ReadonlySet<string> = new Set();
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

  /** Pauses exactly these queues. Returns true if a queue was resumed. */
  pause(queues: readonly string[]): boolean {
    const paused = new Set(queues);
    const resumed = [...this.paused].some((queue) => !paused.has(queue));
    if (!resumed && paused.size === this.paused.size) return false;
    this.paused = paused;
    this.names = this.own.filter((queue) => !paused.has(queue));
    this.claimed.clear();
    for (const queue of this.names) this.claimed.add(queue);
    this.status.pausedQueues = this.own.filter((queue) => paused.has(queue));
    return resumed;
  }
}
