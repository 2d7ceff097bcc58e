import type { JobsHealth } from '../observe/health/job-health.js';
import type { JobQueue } from './queue-view.js';

export interface OverviewReason {
  /** Stable: those of the readiness probe, and `queues_unworked` and `queues_paused` for the whole fleet. */
  code: string;
  message: string;
}

export interface Verdict {
  status: 'up' | 'degraded' | 'down';
  reasons: OverviewReason[];
}

type SeenQueue = Pick<JobQueue, 'name' | 'paused' | 'pending' | 'workers'>;

const SHOWN = 10;

/**
 * What the probe of this process says, and what the queues of all processes say. A process without a worker knows nothing
 * of the others, so what it says of queues is replaced.
 */
export function verdictOf(health: JobsHealth, queues: readonly SeenQueue[]): Verdict {
  const fleet = [
    ...named('queues_unworked', 'Jobs wait in queues that no worker works on', queues.filter(isUnworked)),
    ...named(
      'queues_paused',
      'These queues are paused',
      queues.filter(({ paused }) => paused),
    ),
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

function named(code: string, message: string, queues: readonly SeenQueue[]): OverviewReason[] {
  if (queues.length === 0) return [];
  const shown = queues.slice(0, SHOWN).map(({ name }) => name);
  const more = queues.length > SHOWN ? `, and ${queues.length - SHOWN} more` : '';
  return [{ code, message: `${message}: ${shown.join(', ')}${more}.` }];
}
