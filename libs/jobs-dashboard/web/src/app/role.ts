import { useOverview } from '../api/queries';
import type { Role } from '../api/types';
import { useLive } from './live';

/** The role of this browser. Unknown, as long as the server has not told: then it decides when something is changed. */
export function useRole(): Role | undefined {
  const { role, isConnected } = useLive();
  const overview = useOverview(role === undefined && isConnected === false);
  return role ?? overview.data?.role;
}
