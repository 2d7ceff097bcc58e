import { useQueryClient } from '@tanstack/react-query';
import { createContext, use, useEffect, useMemo, useRef, useState, type ReactNode } from 'react';
import type { Role } from '../api/types';
import { applyJobEvent, type JobEvent } from '../live/job-event';
import type { ServerEvent } from '../live/read-events';
import { listenToTabs, refresh } from '../live/refresh';
import { keepStream } from '../live/stream';
import { useIsVisible } from '../live/use-is-visible';

interface Live {
  /** Whether the screens read again by themselves. */
  isLive: boolean;
  toggle: () => void;
  /** Whether the server calls the page to read again. Undefined before that is known. */
  isConnected: boolean | undefined;
  /** What this browser may do, if the server has told. */
  role: Role | undefined;
  /** The job whose changes the server sends. */
  followed: string | undefined;
  follow: (jobId: string | undefined) => void;
}

const nothing = () => undefined;

const LiveContext = createContext<Live>({
  isLive: true,
  toggle: nothing,
  isConnected: undefined,
  role: undefined,
  followed: undefined,
  follow: nothing,
});

/** Keeps what is shown up to date, until the reader pauses that. */
export function LiveProvider({ children }: { children: ReactNode }) {
  const [isLive, setLive] = useState(true);
  const [followed, follow] = useState<string>();
  const { isConnected, role } = useStream(isLive, followed);
  const live = useMemo(
    () => ({ isLive, toggle: () => setLive((was) => !was), isConnected, role, followed, follow }),
    [isLive, isConnected, role, followed],
  );
  return <LiveContext value={live}>{children}</LiveContext>;
}

export const useLive = () => use(LiveContext);

/** The server sends the changes of this job while the screen shows it. */
export function useFollow(jobId: string | undefined): void {
  const { follow } = useLive();
  useEffect(() => {
    follow(jobId);
    return () => follow(undefined);
  }, [follow, jobId]);
}

function useStream(isLive: boolean, jobId: string | undefined) {
  const [isConnected, setConnected] = useState<boolean>();
  const [role, setRole] = useState<Role>();
  const isWanted = useIsVisible() && isLive;
  const tellOthers = useOtherTabs(isConnected, isWanted);
  const client = useQueryClient();
  useEffect(() => {
    if (!isWanted) return;
    const stopping = new AbortController();
    const onEvent = ({ name, data }: ServerEvent) => {
      if (name === 'hello') setRole((data as { role: Role }).role);
      if (name === 'job') applyJobEvent(client, data as JobEvent);
      if (name === 'refresh') tellOthers.current();
      if (name === 'refresh' || name === 'hello') refresh(client);
    };
    void keepStream(jobId, { onEvent, onConnected: setConnected }, stopping.signal);
    return () => {
      stopping.abort();
      setConnected(undefined);
    };
  }, [client, isWanted, jobId, tellOthers]);
  return { isConnected, role };
}

/** A page without a stream of its own does what the server tells another one of this browser. */
function useOtherTabs(isConnected: boolean | undefined, isWanted: boolean) {
  const client = useQueryClient();
  const tellOthers = useRef<() => void>(nothing);
  useEffect(() => {
    const tabs = listenToTabs(() => !isConnected && isWanted && refresh(client));
    tellOthers.current = tabs.tellOthers;
    return () => tabs.close();
  }, [client, isConnected, isWanted]);
  return tellOthers;
}
