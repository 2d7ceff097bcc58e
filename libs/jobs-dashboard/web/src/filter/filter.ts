import type { Query } from '../api/client';
import { agoMs } from './times';

/** Which jobs, as the API asks for it. */
export interface Filter {
  type?: string[];
  status?: string[];
  queue?: string[];
  tag?: string[];
  key?: string;
  worker?: string;
  error?: string;
  /** JSON. */
  payload?: string;
  /** A time, or how long ago: `2h`. */
  since?: string;
  until?: string;
}

function timeOf(text: string | undefined, now: number): string | undefined {
  if (text === undefined) return undefined;
  const ago = agoMs(text);
  return new Date(ago === null ? text : now - ago).toISOString();
}

export function toQuery({ since, until, ...rest }: Filter, now: number): Query {
  return { ...rest, since: timeOf(since, now), until: timeOf(until, now) };
}

/**
 * The body of an action on many jobs, with what else it is `given`. The payload goes in as it was written, with all digits.
 */
export function toBody(
  chosen: Filter & { ids?: readonly string[] },
  atMost: number,
  now: number,
  given: Readonly<Record<string, unknown>> = {},
): string {
  const { payload, ...rest } = chosen;
  const filter = JSON.stringify(toQuery(rest, now));
  const { ids } = chosen;
  const members = [
    ...(filter === '{}' ? [] : [filter.slice(1, -1)]),
    ...(payload === undefined ? [] : [`"payload":${payload}`]),
  ];
  const limit = ids === undefined ? atMost : Math.max(1, Math.min(atMost, ids.length));
  const others = Object.entries(given).map(([name, value]) => `,${JSON.stringify(name)}:${JSON.stringify(value)}`);
  return `{"filter":{${members.join(',')}},"atMost":${limit}${others.join('')}}`;
}
