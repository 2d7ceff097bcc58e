import { Inject, Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { InvalidJobOptionError } from '../job/job.errors.js';
import { optionNames, requireKnownOptions } from '../job/validate/known-options.js';
import { requireName } from '../job/validate/option-checks.js';
import { JOBS_OPTIONS, type JobsOptions } from '../jobs.options.js';
import { QueueStore } from '../store/control/queue.store.js';
import type { Executor } from '../store/statement.js';
import { FleetLooks } from './fleet-looks.js';
import { cut, OPERATOR_OPTIONS, Operations, type OperatorOptions } from './operations.js';
import { PAUSE_OPTIONS, pauseDetails, requireUntil, type PauseOptions } from './pause.js';
import { chooseQueues, toPause, type JobQueue, type QueuePause } from './queue-view.js';
import { unknownName } from './unknown-name.js';
import { Clock } from '../support/time/clock.js';

export type PauseQueueOptions = PauseOptions;

export interface JobQueueList {
  /** By name, at most 1,000. If there are more: the paused ones and those whose jobs have been due for longest. */
  queues: JobQueue[];
  /** True if there are more. */
  capped: boolean;
}

export interface ListQueuesOptions extends Pick<OperatorOptions, 'manager'> {
  /** A part of the name, in upper or lower case, at most 100 characters. Default: all queues. */
  search?: string;
}

const LIST_OPTIONS = optionNames<ListQueuesOptions>({ manager: true, search: true });
const MAX_SEARCH_LENGTH = 100;
const READ_OPTIONS = optionNames<Pick<OperatorOptions, 'manager'>>({ manager: true });

/**
 * Shows queues, and pauses and resumes them for all workers. A paused queue takes jobs but starts none. Jobs that run go
 * on. A pause outlasts restarts and deployments.
 *
 * A queue is known if a definition of a worker has it, a living worker works on it, it has pending jobs, or it has been
 * paused before.
 */
@Injectable()
export class JobQueues {
  constructor(
    private readonly operations: Operations,
    private readonly fleet: FleetLooks,
    @Inject(JOBS_OPTIONS) private readonly options: JobsOptions,
    private readonly clock: Clock,
  ) {}

  /**
   * Pauses a queue, or changes the end of its pause. Workers start none of its jobs within a second, and within the
   * option `lease.renewMs` (5 seconds) where no NOTIFY arrives. Jobs that wait for a slot go back to their place with
   * their attempt unused.
   *
   * Throws `JobsError` JOBS_UNKNOWN_QUEUE with the nearest known name, because a misspelt pause would look like one that
   * worked. Throws `InvalidJobOptionError` if the name cannot name a queue, or `until` is not in the future.
   */
  async pause(queue: string, given: PauseQueueOptions = {}): Promise<QueuePause> {
    requireName('queue', queue);
    requireKnownOptions('', given, PAUSE_OPTIONS);
    requireUntil(given.until, this.clock);
    const { until, actor } = given;
    await this.requireKnown(queue, given.manager);
    const details = pauseDetails({ queue }, until);
    const row = await this.operations.change(given, { action: 'queue.pause', details }, (executor) =>
      new QueueStore(executor).pause(queue, until ?? null, actor === undefined ? null : cut(actor)),
    );
    return toPause(queue, row);
  }

  /**
   * Ends the pause of a queue; a queue that is not paused stays as it is. Throws `JobsError` JOBS_UNKNOWN_QUEUE, and
   * `InvalidJobOptionError` if the name cannot name a queue.
   */
  async resume(queue: string, given: OperatorOptions = {}): Promise<QueuePause> {
    requireName('queue', queue);
    requireKnownOptions('', given, OPERATOR_OPTIONS);
    await this.requireKnown(queue, given.manager);
    await this.operations.change(given, { action: 'queue.resume', details: { queue } }, (executor) =>
      new QueueStore(executor).resume(queue),
    );
    return toPause(queue, undefined);
  }

  /**
   * All known queues with their jobs, their workers and whether they are paused. Its cost does not grow with the table:
   * counts are those of `JobRepository`. Calls within two seconds share an answer, unless a queue has been paused or
   * resumed in between. Throws `InvalidJobOptionError`, and `JobsError` JOBS_QUERY_TOO_SLOW if a read takes longer than
   * two seconds.
   */
  async list(given: ListQueuesOptions = {}): Promise<JobQueueList> {
    requireKnownOptions('', given, LIST_OPTIONS);
    const { search = '', manager } = given;
    if (typeof search !== 'string' || search.length > MAX_SEARCH_LENGTH)
      throw new InvalidJobOptionError('search', `must be a text of at most ${MAX_SEARCH_LENGTH} characters`);
    const { queues } = await this.fleet.queues(manager);
    const part = search.toLowerCase();
    return chooseQueues(queues.filter(({ name }) => name.toLowerCase().includes(part)));
  }

  /** One queue as in `list()`, read anew. Throws `JobsError` JOBS_UNKNOWN_QUEUE, and `InvalidJobOptionError` for what is no name. */
  async get(queue: string, given: Pick<OperatorOptions, 'manager'> = {}): Promise<JobQueue> {
    requireName('queue', queue);
    requireKnownOptions('', given, READ_OPTIONS);
    this.fleet.forget();
    const { queues } = await this.fleet.queues(given.manager);
    const found = queues.find(({ name }) => name === queue);
    if (!found) throw unknownQueue(queue, namesOf(queues));
    return found;
  }

  /** Throws what `pause` throws for this name. */
  async requireKnown(queue: string, manager?: EntityManager | null): Promise<void> {
    requireName('queue', queue);
    await this.operations.read(manager, async (executor) => {
      const known = await knownNames(executor);
      if (known.includes(queue) || (await new QueueStore(executor).hasPending(this.options.shards, queue))) return;
      throw unknownQueue(queue, known);
    });
  }
}

/** The queues that are known without a look at the jobs. */
export async function knownNames(executor: Executor): Promise<string[]> {
  return namesOf(await new QueueStore(executor).list()).sort();
}

function namesOf(queues: readonly { name: string }[]): string[] {
  return queues.map(({ name }) => name);
}

function unknownQueue(name: string, known: readonly string[]) {
  return unknownName({ code: 'JOBS_UNKNOWN_QUEUE', kind: 'queue', name, known });
}
