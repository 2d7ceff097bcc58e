import { useSyncExternalStore } from 'react';
import { useLive } from '../app/live';

const listeners = new Set<() => void>();
let now = Date.now();
let timer: ReturnType<typeof setInterval> | undefined;

function tick(): void {
  if (document.hidden) return;
  now = Date.now();
  for (const listener of listeners) listener();
}

/** All times of a page share one clock. */
function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  timer ??= setInterval(tick, 1_000);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}

const stand = () => () => undefined;

function time(): number {
  if (timer === undefined) now = Math.max(now, Math.floor(Date.now() / 1_000) * 1_000);
  return now;
}

/** The time, once a second while the page is live. */
export function useNow(): number {
  const { isLive } = useLive();
  return useSyncExternalStore(isLive ? subscribe : stand, time);
}
