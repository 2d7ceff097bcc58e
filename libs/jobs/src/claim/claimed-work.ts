import type { DefinitionRegistry } from '../handle/definition.registry.js';
import type { WorkerStatus } from '../state/worker-status.js';
import { ClaimedQueues, type Steering } from './claimed-queues.js';
import type { WorkChange } from './claim-guard.js';
import { PausedTypes } from './paused-types.js';

/** What decides whether operators let a job start. */
export interface JobKind {
  readonly queue: string;
  readonly type: string;
}

/** Which jobs a worker may start, as far as operators decide: by their queue and by their type. */
export class ClaimedWork {
  readonly queues: ClaimedQueues;
  readonly types = new PausedTypes();

  constructor(
    own: readonly string[],
    private readonly status: WorkerStatus,
    private readonly registry: Pick<DefinitionRegistry, 'processor'>,
  ) {
    this.queues = new ClaimedQueues(own, status);
  }

  readonly mayStart = ({ queue, type }: JobKind): boolean => this.queues.has(queue) && !this.types.has(type);

  readonly isPaused = ({ queue, type }: JobKind): boolean => this.queues.paused.has(queue) || this.types.has(type);

  /** Returns what has changed. */
  steer(steering: Steering): WorkChange {
    const { pausedTypes } = steering;
    this.status.pausedTypes = pausedTypes.filter((type) => this.registry.processor(type)).sort();
    return { queuesResumed: this.queues.steer(steering), ...this.types.steer(pausedTypes) };
  }
}
