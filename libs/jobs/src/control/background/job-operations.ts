import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { isUuid } from '../../job/job-id.js';
import { InvalidJobOptionError, JobConflictError } from '../../job/job.errors.js';
import { optionNames, requireKnownOptions } from '../../job/validate/known-options.js';
import { requireInteger, shownValue } from '../../job/validate/option-checks.js';
import { OperationStore } from '../../store/control/operation.store.js';
import { cut, OPERATOR_OPTIONS, Operations, type OperatorOptions, type Shared } from '../operations.js';
import { toOperation, unknownOperation, type JobOperation } from './operation-view.js';
import { recordEnd } from './record-end.js';

export interface ListOperationsOptions extends Pick<OperatorOptions, 'manager'> {
  /** 1 to 200. Default 20. */
  limit?: number;
}

const READ_OPTIONS = optionNames<Pick<OperatorOptions, 'manager'>>({ manager: true });
const LIST_OPTIONS = optionNames<ListOperationsOptions>({ manager: true, limit: true });
const DEFAULT_LIMIT = 20;
const MAX_LIMIT = 200;

/**
 * Shows and cancels operations: actions on more than 1,000 jobs, which workers go through in the background, such as
 * `jobs.where({ status: 'failed' }).retry({ atMost: 50_000 })`.
 */
@Injectable()
export class JobOperations {
  private readonly shared: Shared<JobOperation[]>;

  constructor(private readonly operations: Operations) {
    this.shared = operations.share(() => this.read(null));
  }

  /**
   * How far an operation is. Throws `JobsError` JOBS_UNKNOWN_OPERATION, and `InvalidJobOptionError` if the id is not a
   * UUID.
   */
  async get(id: string, given: Pick<OperatorOptions, 'manager'> = {}): Promise<JobOperation> {
    requireKnownOptions('', given, READ_OPTIONS);
    requireId(id);
    const row = await this.operations.read(given.manager, (executor) => new OperationStore(executor).get(id));
    if (!row) throw unknownOperation(id);
    return toOperation(row);
  }

  /**
   * Those that have not ended, and then the newest. Calls within two seconds share an answer. Throws
   * `InvalidJobOptionError`.
   */
  async list(given: ListOperationsOptions = {}): Promise<JobOperation[]> {
    requireKnownOptions('', given, LIST_OPTIONS);
    const { limit = DEFAULT_LIMIT, manager } = given;
    requireInteger('limit', limit, 1, MAX_LIMIT);
    return (await (this.shared(manager) ?? this.read(manager))).slice(0, limit);
  }

  /**
   * Ends an operation after the batch that is under way. What has been changed stays so. The entry in the audit, which
   * has the operation's own actor, also names `actor`. Throws `JobConflictError` JOBS_OPERATION_ENDED, and what `get`
   * throws.
   */
  async cancel(id: string, given: OperatorOptions = {}): Promise<JobOperation> {
    requireKnownOptions('', given, OPERATOR_OPTIONS);
    requireId(id);
    const by = given.actor === undefined ? null : cut(given.actor);
    return this.operations.changeQuietly(given, async (executor) => {
      const store = new OperationStore(executor);
      // The lock of the row is that of the batch under way, so this waits until the batch has ended.
      const ended = await store.end(id, 'cancelled', by);
      if (!ended) throw notCancelled(id, await store.get(id));
      await recordEnd(executor, ended);
      return toOperation(ended);
    });
  }

  private async read(manager: EntityManager | null | undefined): Promise<JobOperation[]> {
    const rows = await this.operations.read(manager, (executor) => new OperationStore(executor).list(MAX_LIMIT));
    return rows.map(toOperation);
  }
}

function requireId(id: unknown): void {
  if (!isUuid(id))
    throw new InvalidJobOptionError('id', `${shownValue(id)} is not a UUID`, 'Pass the `operation` of the answer.');
}

function notCancelled(id: string, row: Parameters<typeof toOperation>[0] | null): Error {
  if (!row) return unknownOperation(id);
  return new JobConflictError({
    code: 'JOBS_OPERATION_ENDED',
    what: `Operation ${id} has already ended: it is ${row.status}.`,
    fix: 'Nothing needs to be done.',
  });
}
