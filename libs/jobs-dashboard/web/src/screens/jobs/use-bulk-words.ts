import type { Changed } from '../../api/types';
import { useText } from '../../text/language';
import type { Asked } from './bulk-actions';

/** What actions on many jobs are called, and what to say once one is done or has begun. */
export function useBulkWords(): { labels: Record<Asked, string>; done: (changed: Changed) => string } {
  const { actions, edit, operations } = useText();
  return {
    labels: { ...actions, cancel: actions.cancelMany, 'run-now': actions.runNow, reschedule: edit.reschedule },
    done: ({ operation, changed, skipped }) =>
      operation === undefined ? actions.done(changed, skipped) : operations.began,
  };
}
