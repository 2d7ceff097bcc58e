import type { JobDefinition } from '../../job/job-definition.js';
import type { WorkerStatus } from '../../state/worker-status.js';
import { report } from '../../report/report.js';

/** Finds queues of known definitions that no living worker works on. */
export class UnworkedQueues {
  /** Queues that this worker does not work on, with the types of their jobs. */
  private readonly othersOnly = new Map<string, string[]>();
  private readonly warned = new Set<string>();

  constructor(
    definitions: readonly JobDefinition[],
    own: readonly string[],
    private readonly status: Pick<WorkerStatus, 'unworkedQueues'>,
  ) {
    for (const { queue, type } of definitions)
      if (!own.includes(queue)) this.othersOnly.set(queue, [...(this.othersOnly.get(queue) ?? []), type]);
  }

  /** Those of the given queues that this worker does not work on. */
  leftTo(queues: readonly string[]): string[] {
    return queues.filter((queue) => this.othersOnly.has(queue));
  }

  /** Takes the queues that other living workers work on. Warns once about each queue that has no worker. */
  update(worked: readonly string[]): void {
    const unworked = [...this.othersOnly.keys()].filter((queue) => !worked.includes(queue));
    this.status.unworkedQueues = unworked;
    for (const queue of unworked.filter((each) => !this.warned.has(each))) {
      this.warned.add(queue);
      report('queue_unworked', { queue, types: this.othersOnly.get(queue)!.slice(0, 5) });
    }
  }
}
