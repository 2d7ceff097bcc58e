import { openEvents } from '../api/client';
import { readEvents, type ServerEvent } from './read-events';

export interface StreamHandlers {
  onEvent: (event: ServerEvent) => void;
  /** Whether events arrive. If not, the page reads by itself now and then. */
  onConnected: (isConnected: boolean) => void;
}

/** The server sends a heartbeat every 15 seconds. */
const SILENT_MS = 40_000;
const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 30_000;
/** A browser has six connections to a server, unless it speaks HTTP/2. Each stream takes one, and all tabs share them. */
const SLOTS = ['1', '2', '3', '4'];
const SLOT_PAUSE_MS = 10_000;

/** Keeps a stream open, connecting again when it ends, until the signal aborts. */
export async function keepStream(
  jobId: string | undefined,
  handlers: StreamHandlers,
  signal: AbortSignal,
): Promise<void> {
  let failures = 0;
  while (!signal.aborted) {
    const hadSlot = await inSlot(async () => {
      const wasConnected = await connect(jobId, handlers, signal);
      failures = wasConnected ? 0 : failures + 1;
    });
    if (!signal.aborted) handlers.onConnected(false);
    await pause(hadSlot ? backoff(failures) : SLOT_PAUSE_MS, signal);
  }
}

/** True if it was connected for a while. */
async function connect(jobId: string | undefined, handlers: StreamHandlers, signal: AbortSignal): Promise<boolean> {
  const silent = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isConnected = false;
  const heard = () => {
    clearTimeout(timer);
    timer = setTimeout(() => silent.abort(), SILENT_MS);
    if (!isConnected) handlers.onConnected((isConnected = true));
  };
  try {
    const body = await openEvents(jobId, AbortSignal.any([signal, silent.signal]));
    await readEvents(body, handlers.onEvent, heard);
  } catch {
    // The server refused it, went away, or the page did. The page reads by itself until the next try.
  }
  clearTimeout(timer);
  return isConnected;
}

/** Works if one of the browser's slots is free. A page that is not from a secure address cannot know: it just works. */
async function inSlot(work: () => Promise<void>): Promise<boolean> {
  if (!('locks' in navigator)) {
    await work();
    return true;
  }
  for (const slot of SLOTS) {
    const done = await navigator.locks.request(`jobs-dashboard:stream:${slot}`, { ifAvailable: true }, async (lock) => {
      if (lock) await work();
      return lock !== null;
    });
    if (done) return true;
  }
  return false;
}

/** Random, because all pages of a server that restarts come back at once. */
function backoff(failures: number): number {
  const longest = Math.min(FIRST_PAUSE_MS * 2 ** failures, LONGEST_PAUSE_MS);
  return longest / 2 + (Math.random() * longest) / 2;
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener('abort', () => (clearTimeout(timer), resolve()), { once: true });
  });
}
