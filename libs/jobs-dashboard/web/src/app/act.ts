import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useNotices } from './notices';

/** What to say of an action of which a part did not succeed. */
export interface Trouble {
  trouble: string;
}

/** What to say of an action that has ended. */
export type Said = string | Trouble;

export function useSay(): (said: Said) => void {
  const { tell, tellTrouble } = useNotices();
  return (said) => (typeof said === 'string' ? tell(said) : tellTrouble(said.trouble));
}

/** Runs an action, says how it ended and reads everything again. */
export function useAct() {
  const [isBusy, setBusy] = useState(false);
  const client = useQueryClient();
  const { tellError } = useNotices();
  const say = useSay();
  const act = async (work: () => Promise<Said>) => {
    setBusy(true);
    try {
      say(await work());
    } catch (error) {
      tellError(error);
    } finally {
      setBusy(false);
      await client.invalidateQueries();
    }
  };
  return { isBusy, act: (work: () => Promise<Said>) => void act(work) };
}
