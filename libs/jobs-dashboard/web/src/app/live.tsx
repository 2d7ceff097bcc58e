import { createContext, use, useMemo, useState, type ReactNode } from 'react';

interface Live {
  isLive: boolean;
  toggle: () => void;
}

const LiveContext = createContext<Live>({ isLive: true, toggle: () => undefined });

/** Whether the screens read again by themselves. */
export function LiveProvider({ children }: { children: ReactNode }) {
  const [isLive, setLive] = useState(true);
  const live = useMemo(() => ({ isLive, toggle: () => setLive((was) => !was) }), [isLive]);
  return <LiveContext value={live}>{children}</LiveContext>;
}

export const useLive = () => use(LiveContext);
