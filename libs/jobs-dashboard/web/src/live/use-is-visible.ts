import { useSyncExternalStore } from 'react';

/** A page that nobody sees gives its connection back after this. */
const HIDDEN_MS = 5_000;

function subscribe(onChange: () => void): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const listen = () => {
    clearTimeout(timer);
    timer = setTimeout(onChange, document.hidden ? HIDDEN_MS : 0);
  };
  document.addEventListener('visibilitychange', listen);
  return () => {
    clearTimeout(timer);
    document.removeEventListener('visibilitychange', listen);
  };
}

/** Whether somebody sees this page, or saw it a moment ago. */
export const useIsVisible = (): boolean => useSyncExternalStore(subscribe, () => !document.hidden);
