import type { CatchUp, Overlap, Schedule } from '../../api/types';

/** What is in the fields of the form. */
export interface Fields {
  name: string;
  cron: string;
  timeZone: string;
  job: string;
  payload: string;
  overlap: Overlap;
  catchUp: 'none' | 'latest' | 'all' | 'last';
  last: string;
  jitter: string;
  startsAt: string;
  endsAt: string;
  times: string;
}

const EMPTY: Fields = {
  name: '',
  cron: '0 9 * * MON',
  timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
  job: '',
  payload: '{}',
  overlap: 'allow',
  catchUp: 'latest',
  last: '3',
  jitter: '0',
  startsAt: '',
  endsAt: '',
  times: '',
};

/** The fields of a schedule, or those of a new one. */
export function fieldsOf(schedule: Schedule | undefined, payload: string): Fields {
  if (!schedule) return EMPTY;
  const { name, cron, timeZone, job, overlap, catchUp, jitterMs, startsAt, endsAt, times } = schedule;
  return {
    name,
    cron,
    timeZone,
    job: job ?? '',
    payload,
    overlap,
    catchUp: typeof catchUp === 'object' ? 'last' : catchUp,
    last: typeof catchUp === 'object' ? String(catchUp.last) : EMPTY.last,
    jitter: String(jitterMs / 1_000),
    startsAt: localOf(startsAt),
    endsAt: localOf(endsAt),
    times: times === null ? '' : String(times),
  };
}

/** The fields that differ from what there was, as JSON. A payload stays letter for letter, and goes with its job. */
export function bodyOf(fields: Fields, before: Fields | null): string {
  const differs = (...names: (keyof Fields)[]) =>
    before === null || names.some((name) => fields[name] !== before[name]);
  const body: Record<string, unknown> = {
    ...(before === null && { name: fields.name }),
    ...(differs('cron') && { cron: fields.cron }),
    ...(differs('timeZone') && { timeZone: fields.timeZone }),
    ...(differs('job') && { job: fields.job }),
    ...(differs('overlap') && { overlap: fields.overlap }),
    ...(differs('catchUp', 'last') && { catchUp: catchUpOf(fields) }),
    ...(differs('jitter') && { jitterMs: Math.round(Number(fields.jitter) * 1_000) }),
    ...(differs('startsAt') && { startsAt: isoOf(fields.startsAt) }),
    ...(differs('endsAt') && { endsAt: isoOf(fields.endsAt) }),
    ...(differs('times') && { times: fields.times === '' ? null : Number(fields.times) }),
  };
  const text = JSON.stringify(body);
  if (!differs('payload', 'job')) return text;
  return `${text.slice(0, -1)}${text === '{}' ? '' : ','}"payload":${fields.payload}}`;
}

export function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** What is asked for the preview. */
export function timesQuery({ cron, timeZone, startsAt, endsAt }: Fields): Record<string, string | undefined> {
  return { cron, timeZone, startsAt: isoOf(startsAt) ?? undefined, endsAt: isoOf(endsAt) ?? undefined };
}

function catchUpOf({ catchUp, last }: Fields): CatchUp {
  return catchUp === 'last' ? { last: Number(last) } : catchUp;
}

/** A time as a field of the reader's own zone has it. */
function localOf(time: string | null): string {
  if (time === null) return '';
  const date = new Date(time);
  return new Date(date.getTime() - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

function isoOf(local: string): string | null {
  const date = new Date(local);
  return local === '' || Number.isNaN(date.getTime()) ? null : date.toISOString();
}
