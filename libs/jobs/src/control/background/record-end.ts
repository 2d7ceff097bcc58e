import type { OperationRow } from '../../store/sql/control/operations.sql.js';
import type { Executor } from '../../store/statement.js';
import type { SelectionAction } from '../selection/action-rules.js';
import { recordAction } from '../selection/selection-actions.js';

/** Writes an operation that has ended to the audit: one entry, in the name of whoever asked for it. */
export async function recordEnd(executor: Executor, ended: OperationRow | null): Promise<void> {
  if (!ended) return;
  const { id: operation, action, filter, actor, status, changed, skipped, refused, refusal } = ended;
  const { ended_by: endedBy, error } = ended;
  const details = {
    ...filter,
    changed,
    skipped,
    refused,
    ...(refusal !== null && { refusal }),
    operation,
    status,
    ...(endedBy !== null && { cancelledBy: endedBy }),
    ...(status === 'failed' && error !== null && { error }),
  };
  await recordAction(executor, actor ?? endedBy, { name: action as SelectionAction }, details);
}
