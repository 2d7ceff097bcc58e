import { toBody, type Filter } from '../filter/filter';
import { remove, write } from './client';
import type { Changed } from './types';

export type BulkAction = 'retry' | 'cancel' | 'delete' | 'run-now' | 'replay';

/** When jobs fall due instead: at a time, or so many milliseconds later than planned; negative for earlier. */
export type NewTime = { to: string } | { byMs: number };

/** Jobs by a filter, by their ids, or both. */
export type Chosen = Filter & { ids?: readonly string[] };

/** As many as the server allows. What is more than a thousand, it leaves to the workers. */
const AT_MOST = 1_000_000;

/** Acts on all jobs that match. If they are many, the answer names the operation that does it in the background. */
export function actOn(action: BulkAction, chosen: Chosen): Promise<Changed> {
  return write<Changed>(`jobs/actions/${action}`, toBody(chosen, AT_MOST, Date.now()));
}

/** As `actOn`, for what needs a time. */
export function rescheduleAll(chosen: Chosen, time: NewTime): Promise<Changed> {
  return write<Changed>('jobs/actions/reschedule', toBody(chosen, AT_MOST, Date.now(), time));
}

export const retryJob = (id: string) => write(`jobs/${encodeURIComponent(id)}/retry`);
export const cancelJob = (id: string) => write<{ status: string }>(`jobs/${encodeURIComponent(id)}/cancel`);
/** `body` is JSON as text, so that a number of a payload keeps its digits. */
export const updateJob = (id: string, body: string) => write(`jobs/${encodeURIComponent(id)}/update`, body);
export const rescheduleJob = (id: string, to: string) =>
  write(`jobs/${encodeURIComponent(id)}/reschedule`, JSON.stringify({ to }));
export const cancelOperation = (id: string) => write(`operations/${encodeURIComponent(id)}/cancel`);
export const steerQueue = (name: string, verb: 'pause' | 'resume') =>
  write(`queues/${encodeURIComponent(name)}/${verb}`);
export const steerType = (type: string, verb: 'pause' | 'resume') => write(`types/${encodeURIComponent(type)}/${verb}`);
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
