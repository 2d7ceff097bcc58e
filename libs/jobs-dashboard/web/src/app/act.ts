import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useNotices } from './notices';

/** Runs an action, says how it ended and reads everything again. */
export function useAct() {
  const [isBusy, setBusy] = useState(false);
  const client = useQueryClient();
  const { tell, tellError } = useNotices();
  const act = async (work: () => Promise<string>) => {
    setBusy(true);
    try {
      tell(await work());
    } catch (error) {
      tellError(error);
    } finally {
      setBusy(false);
      await client.invalidateQueries();
    }
  };
  return { isBusy, act: (work: () => Promise<string>) => void act(work) };
}
