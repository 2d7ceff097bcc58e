import type { JobsHealth } from '../observe/health/job-health.js';
import type { JobQueue } from './queue-view.js';

export interface OverviewReason {
  /** Stable: those of the readiness probe, and `queues_unworked`, `queues_paused` and `types_paused` for the whole fleet. */
  code: string;
  message: string;
}

export interface Verdict {
  status: 'up' | 'degraded' | 'down';
  reasons: OverviewReason[];
}

type SeenQueue = Pick<JobQueue, 'name' | 'paused' | 'pending' | 'workers'>;

/** A paused type, and how many of its jobs wait. */
export interface PausedType {
  type: string;
  pending: number;
  /** True if there may be more. */
  pendingCapped: boolean;
}

const SHOWN = 10;

/**
 * What the probe of this process says, and what the queues and the paused types of all processes say. A process without a
 * worker knows nothing of the others, so what it says of queues and types is replaced.
 */
export function verdictOf(
  health: JobsHealth,
  queues: readonly SeenQueue[],
  pausedTypes: readonly PausedType[],
): Verdict {
  const paused = queues.filter((queue) => queue.paused);
  const fleet = [
    ...named('queues_unworked', 'Jobs wait in queues that no worker works on', namesOf(queues.filter(isUnworked))),
    ...named('queues_paused', 'These queues are paused', namesOf(paused)),
    ...named('types_paused', 'These types are paused', pausedTypes.map(waitingOf)),
  ];
  if (health.status === 'down') return { status: 'down', reasons: [toReason(health), ...fleet] };
  const own = health.status === 'degraded' ? health.impaired.map(toReason) : [];
  const codes = new Set(fleet.map(({ code }) => code));
  const reasons = [...fleet, ...own.filter(({ code }) => !codes.has(code))];
  return { status: reasons.length > 0 ? 'degraded' : 'up', reasons };
}

function isUnworked({ workers, pending }: SeenQueue): boolean {
  return workers === 0 && pending > 0;
}

function toReason({ reason, message }: { reason: string; message: string }): OverviewReason {
  return { code: reason, message };
}

function namesOf(queues: readonly SeenQueue[]): string[] {
  return queues.map(({ name }) => name);
}

/** Such as `mail (1,204 jobs wait)`. */
function waitingOf({ type, pending, pendingCapped }: PausedType): string {
  const jobs = `${pending.toLocaleString('en')} job${pending === 1 ? ' waits' : 's wait'}`;
  return `${type} (${pendingCapped ? 'at least ' : ''}${jobs})`;
}

function named(code: string, message: string, names: readonly string[]): OverviewReason[] {
  if (names.length === 0) return [];
  const more = names.length > SHOWN ? `, and ${names.length - SHOWN} more` : '';
  return [{ code, message: `${message}: ${names.slice(0, SHOWN).join(', ')}${more}.` }];
}
