import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useNotices } from './notices';

/** What to say of an action of which a part did not succeed. */
export interface Trouble {
  trouble: string;
}

/** Runs an action, says how it ended and reads everything again. */
export function useAct() {
  const [isBusy, setBusy] = useState(false);
  const client = useQueryClient();
  const { tell, tellTrouble, tellError } = useNotices();
  const act = async (work: () => Promise<string | Trouble>) => {
    setBusy(true);
    try {
      const said = await work();
      if (typeof said === 'string') tell(said);
      else tellTrouble(said.trouble);
    } catch (error) {
      tellError(error);
    } finally {
      setBusy(false);
      await client.invalidateQueries();
    }
  };
  return { isBusy, act: (work: () => Promise<string | Trouble>) => void act(work) };
}
