import { useOverview } from '../api/queries';
import type { Role } from '../api/types';

/** The role of this browser. Unknown, as long as the server has not told: then it decides when something is changed. */
export function useRole(): Role | undefined {
  return useOverview().data?.role;
}
