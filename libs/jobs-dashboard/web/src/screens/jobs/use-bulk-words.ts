import type { Changed } from '../../api/types';
import type { Said } from '../../app/act';
import { useText } from '../../text/language';
import type { Asked } from './bulk-actions';

/** What actions on many jobs are called, and what to say once one is done or has begun. */
export function useBulkWords(): { labels: Record<Asked, string>; done: (changed: Changed) => Said } {
  const { actions, edit, operations } = useText();
  return {
    labels: { ...actions, cancel: actions.cancelMany, 'run-now': actions.runNow, reschedule: edit.reschedule },
    done: (changed) => {
      if (changed.operation !== undefined) return operations.began;
      return changed.refused > 0 ? { trouble: actions.done(changed) } : actions.done(changed);
    },
  };
}
