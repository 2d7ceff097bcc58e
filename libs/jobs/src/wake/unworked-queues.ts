import { Logger } from '@nestjs/common';
import type { JobDefinition } from '../job/job-definition.js';
import type { WorkerStatus } from '../state/worker-status.js';

/** The queues of definitions known here that no living worker of the fleet works on. */
export class UnworkedQueues {
  private readonly logger = new Logger('Jobs');
  /** Those that this worker leaves to others, with the types whose jobs go there. */
  private readonly left = new Map<string, string[]>();
  private readonly told = new Set<string>();

  constructor(
    definitions: readonly JobDefinition[],
    own: readonly string[],
    private readonly status: Pick<WorkerStatus, 'unworkedQueues'>,
  ) {
    for (const { queue, type } of definitions)
      if (!own.includes(queue)) this.left.set(queue, [...(this.left.get(queue) ?? []), type]);
  }

  /** Those of a worker's queues that this one leaves to others. */
  leftTo(queues: readonly string[]): string[] {
    return queues.filter((queue) => this.left.has(queue));
  }

  /** Given all queues that are left to somebody who lives. Warns once of each that is left to nobody. */
  update(worked: readonly string[]): void {
    const unworked = [...this.left.keys()].filter((queue) => !worked.includes(queue));
    this.status.unworkedQueues = unworked;
    for (const queue of unworked.filter((each) => !this.told.has(each))) {
      this.told.add(queue);
      const types = this.left.get(queue)!.slice(0, 5).join(', ');
      this.logger.warn(`No worker works on the queue "${queue}", where jobs of ${types} go: they wait until one does.`);
    }
  }
}
