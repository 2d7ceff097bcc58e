import { randomUUID } from 'node:crypto';

export interface WakeHint {
  /** Milliseconds until the first of the jobs falls due. 0 if it is due. */
  inMs: number;
  /** How many jobs. Infinity if the sender did not say. */
  jobs: number;
  /**
   * A number that all receivers of the message share. Null if the hint comes from this process, without the database.
   */
  token: number | null;
}

export interface Watch {
  /** Where that process listens. */
  channel: string;
  ids: readonly string[];
}

export interface WakeMessage {
  /** The sending process, which ignores its own message. */
  from: string;
  queues: readonly string[];
  cancel: boolean;
  /** How many jobs were added. Older versions send neither this nor the token. */
  jobs?: number;
  /** A random number. From it, the receivers compute who looks first. */
  token?: number;
  /** Milliseconds until the first of the jobs falls due. Absent if it is due, and in messages of older versions. */
  dueInMs?: number;
  watch?: Watch;
  /** An operator has changed settings. Older versions ignore it. */
  settings?: boolean;
}

/** A notification holds less than 8,000 bytes. With more queues than this, it names all queues. */
const MAX_QUEUES = 50;
export const ALL_QUEUES = '*';
const TOKENS = 1_000_000;

/** What a message says of jobs that were added or cancelled, and of jobs that the sender waits for. */
export interface Announcement {
  queues: Iterable<string>;
  jobs: number;
  cancel: boolean;
  /** In how many whole milliseconds the first of the jobs falls due. 0 if it is due. */
  dueInMs: number;
  watch?: Watch;
}

/** The text of a notification. */
export function wakeText(from: string, { queues, jobs, cancel, dueInMs, watch }: Announcement): string {
  const names = [...queues];
  const message: WakeMessage = {
    from,
    queues: names.length > MAX_QUEUES ? [ALL_QUEUES] : names,
    cancel,
    jobs,
    token: Math.floor(Math.random() * TOKENS),
  };
  if (dueInMs > 0) message.dueInMs = dueInMs;
  if (watch) message.watch = watch;
  return JSON.stringify(message);
}

/** Whole milliseconds from `nowMs` on. 0 for a time in the past, and for an infinite one. */
export function untilMs(dueMs: number, nowMs: number): number {
  return Number.isFinite(dueMs) ? Math.max(0, Math.floor(dueMs - nowMs)) : 0;
}

/** Null if the text is not a message of this library. */
export function parseWakeText(
  text: string,
): (Pick<WakeMessage, 'from' | 'queues' | 'cancel' | 'watch' | 'settings'> & { hint: WakeHint }) | null {
  try {
    const { from, queues, cancel, jobs, token, dueInMs, watch, settings } = JSON.parse(text) as Partial<WakeMessage>;
    if (typeof from !== 'string' || !Array.isArray(queues)) return null;
    const isCounted = isCount(jobs) && isCount(token);
    const hint = { inMs: Number(dueInMs) || 0, jobs: isCounted ? jobs : Infinity, token: isCounted ? token : 0 };
    return {
      from,
      queues: queues.map(String),
      cancel: cancel === true,
      hint,
      watch: isWatch(watch) ? watch : undefined,
      settings: settings === true,
    };
  } catch {
    return null;
  }
}

function isWatch(value: unknown): value is Watch {
  const { channel, ids } = (value ?? {}) as Partial<Watch>;
  return typeof channel === 'string' && Array.isArray(ids) && ids.every((id) => typeof id === 'string');
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

/**
 * The message with which a transaction that changes settings tells all processes at its commit. No process takes it for
 * its own echo.
 */
export function settingsMessage(): string {
  return JSON.stringify({ from: randomUUID(), queues: [], cancel: false, settings: true } satisfies WakeMessage);
}
