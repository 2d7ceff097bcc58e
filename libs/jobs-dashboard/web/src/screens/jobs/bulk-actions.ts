import type { BulkAction } from '../../api/actions';
import type { Status } from '../../api/types';

/** What can be done with many jobs, after it has been asked. */
export type Asked = BulkAction | 'reschedule';

const FINISHED = ['completed', 'failed', 'cancelled'] as const;

/** Which jobs each is for. In the order of their buttons. */
const STATUSES: Record<Asked, readonly Status[]> = {
  retry: ['failed', 'cancelled'],
  'run-now': ['pending'],
  reschedule: ['pending'],
  replay: FINISHED,
  cancel: ['pending', 'blocked', 'processing'],
  delete: FINISHED,
};

/** Nothing brings back what these have changed. */
export const isDanger = (action: Asked): boolean => action === 'cancel' || action === 'delete';

/** The actions for jobs of these statuses, or of any. The server refuses others where all that match are meant. */
export function actionsFor(statuses: readonly string[] | undefined): Asked[] {
  const all = Object.keys(STATUSES) as Asked[];
  return statuses === undefined ? all : all.filter((action) => STATUSES[action].some((one) => statuses.includes(one)));
}
