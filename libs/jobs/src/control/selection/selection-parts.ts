import type { DataSource, EntityManager } from 'typeorm';
import type { JobsOptions } from '../../jobs.options.js';
import { limitStatements, look } from '../../store/bounded-read.js';
import type { CallerManager, GivenManager } from '../../store/connection/caller-manager.js';
import { ManagerExecutor } from '../../store/connection/executors.js';
import { inSchema } from '../../store/in-schema.js';
import { tooSlow } from '../../store/query-too-slow.js';
import { SelectionStore } from '../../store/control/selection.store.js';
import type { Executor } from '../../store/statement.js';
import { writeTogether, type Together } from '../../store/write-together.js';
import type { CommitHooks } from '../../wake/commit-hooks.js';
import type { WakeUp } from '../../wake/wake-up.js';
import type { Clock } from '../../support/time/clock.js';

/** What a selection needs of its process. */
export interface SelectionParts {
  shards: number;
  clock: Clock;
  /** Runs reads, of which each may take two seconds. Throws `JobsError` JOBS_QUERY_TOO_SLOW if one takes longer. */
  read: <T>(manager: GivenManager, work: (store: SelectionStore) => Promise<T>) => Promise<T>;
  /** Finds jobs and changes them in one transaction, and wakes workers once it has committed. */
  change: <Found, T>(manager: GivenManager, change: Change<Found, T>) => Promise<T>;
}

export interface Change<Found, T> {
  find: (store: SelectionStore) => Promise<Found>;
  write: (together: Together, found: Found) => Promise<T>;
  wake: (done: T, wakeUp: WakeUp) => void;
}

export interface PartsOfService {
  dataSource: DataSource;
  options: Pick<JobsOptions, 'shards' | 'schema' | 'waitTimeoutMs'>;
  managerOf: CallerManager;
  commitHooks: CommitHooks;
  wakeUp: WakeUp;
  clock: Clock;
}

/** How long each statement of a transaction of its own may take, in milliseconds. */
const FIND_MS = 2_000;
const WRITE_MS = 10_000;

export function selectionParts(service: PartsOfService): SelectionParts {
  const { dataSource, options, clock, managerOf } = service;
  return {
    shards: options.shards,
    clock,
    read: (given, work) => {
      const manager = managerOf(given);
      const reading = manager
        ? work(new SelectionStore(inSchema(executorOf(service, manager), options.schema)))
        : look(dataSource, options, (executor) => work(new SelectionStore(executor)));
      return reading.catch(tooSlow());
    },
    change: (given, change) => changeTogether(service, managerOf(given), change).catch(tooSlow()),
  };
}

function executorOf({ dataSource, options }: PartsOfService, manager: EntityManager): Executor {
  return new ManagerExecutor(dataSource, manager, options.waitTimeoutMs);
}

async function changeTogether<Found, T>(
  { dataSource, options, commitHooks, wakeUp }: PartsOfService,
  manager: EntityManager | undefined,
  { find, write, wake }: Change<Found, T>,
): Promise<T> {
  const done = await writeTogether({ dataSource, options }, manager, async (together) => {
    const { executor, isOwn } = together;
    const limit = async (ms: number) => void (isOwn && (await limitStatements(executor, ms)));
    await limit(FIND_MS);
    const found = await find(new SelectionStore(executor));
    await limit(WRITE_MS);
    return write(together, found);
  });
  commitHooks.afterCommit(manager, () => wake(done, wakeUp));
  return done;
}
