import { useOverview } from '../api/queries';

/** The role of this browser. Unknown, as long as the server has not told: then it decides when something is changed. */
export function useRole(): 'viewer' | 'operator' | undefined {
  return useOverview().data?.role;
}
