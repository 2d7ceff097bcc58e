import type { QueryClient } from '@tanstack/react-query';

/** How old what a screen shows may be before it is read again, by its query's `meta`. */
export interface ReadMeta extends Record<string, unknown> {
  everyMs: number;
}

/** Reads again what is shown, except what is new enough. */
export function refresh(client: QueryClient): void {
  const nowMs = Date.now();
  void client.refetchQueries(
    {
      type: 'active',
      predicate: ({ meta, state }) =>
        nowMs - state.dataUpdatedAt >= ((meta as ReadMeta | undefined)?.everyMs ?? 0) - 500,
    },
    { cancelRefetch: false },
  );
}

/** What the server calls one tab to do, tabs without a stream do as well. */
const CHANNEL = 'jobs-dashboard:refresh';

export interface Tabs {
  tellOthers: () => void;
  close: () => void;
}

export function listenToTabs(onRefresh: () => void): Tabs {
  const channel = new BroadcastChannel(CHANNEL);
  channel.addEventListener('message', onRefresh);
  return { tellOthers: () => channel.postMessage(0), close: () => channel.close() };
}
