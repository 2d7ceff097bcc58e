import { toBody, type Filter } from '../filter/filter';
import { remove, write } from './client';
import type { Changed } from './types';

export type BulkAction = 'retry' | 'cancel' | 'delete' | 'run-now' | 'replay';

/** Jobs by a filter, by their ids, or both. */
export type Chosen = Filter & { ids?: readonly string[] };

const AT_MOST = 1_000;

export interface Progress {
  changed: number;
  skipped: number;
}

/** Acts on all jobs that match, 1,000 at a time, and tells after each step how many it was. Stops if a step changes none. */
export async function actOn(
  action: BulkAction,
  chosen: Chosen,
  onStep: (progress: Progress) => void = () => undefined,
): Promise<Progress> {
  const body = toBody(chosen, AT_MOST, Date.now());
  let done: Progress = { changed: 0, skipped: 0 };
  for (;;) {
    const step = await write<Changed>(`jobs/actions/${action}`, body);
    done = { changed: done.changed + step.changed, skipped: done.skipped + step.skipped };
    onStep(done);
    if (!step.more || step.changed === 0) return done;
  }
}

export const retryJob = (id: string) => write(`jobs/${encodeURIComponent(id)}/retry`);
export const cancelJob = (id: string) => write<{ status: string }>(`jobs/${encodeURIComponent(id)}/cancel`);
export const steerQueue = (name: string, verb: 'pause' | 'resume') =>
  write(`queues/${encodeURIComponent(name)}/${verb}`);
export const steerSchedule = (name: string, verb: 'pause' | 'resume' | 'run' | 'reset') =>
  write(`schedules/${encodeURIComponent(name)}/${verb}`);
/** `body`: JSON, as its text. */
export const createSchedule = (body: string) => write('schedules', body);
export const changeSchedule = (name: string, body: string) =>
  write(`schedules/${encodeURIComponent(name)}`, body, 'PATCH');
export const removeSchedule = (name: string) => remove(`schedules/${encodeURIComponent(name)}`);
export const steerWorker = (id: string, verb: 'drain' | 'resume') => write(`workers/${encodeURIComponent(id)}/${verb}`);
export const setConcurrency = (id: string, concurrency: number) =>
  write(`workers/${encodeURIComponent(id)}/concurrency`, JSON.stringify({ concurrency }));
