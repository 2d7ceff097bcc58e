import { keepPreviousData, useQuery, type UseQueryResult } from '@tanstack/react-query';
import { useLive } from '../app/live';
import { toQuery, type Filter } from '../filter/filter';
import { membersOf } from '../json/json-text';
import { read, readText, type Query } from './client';
import type {
  AuditEntry,
  Count,
  ErrorGroup,
  Job,
  JobPage,
  JobWithTexts,
  Overview,
  Queue,
  Schedule,
  Why,
  Worker,
} from './types';

const LIST_MS = 2_000;
/** A count may look at 100,000 jobs, so it is asked for less often. */
const SLOW_MS = 10_000;

interface ReadSettings {
  everyMs?: number;
  /** Whether what was read for the search before stays until the answer comes. */
  keeps?: boolean;
}

/** Reads again and again while the page is visible and the refresh is not paused. */
export function useRead<T>(
  key: readonly unknown[],
  load: (signal: AbortSignal) => Promise<T>,
  { everyMs = LIST_MS, keeps = false }: ReadSettings = {},
) {
  const { isLive } = useLive();
  return useQuery({
    queryKey: key,
    queryFn: ({ signal }) => load(signal),
    refetchInterval: isLive && everyMs,
    ...(keeps && { placeholderData: keepPreviousData }),
  });
}

/** Reads a list that is searched while somebody writes. */
export const useSearched = <T>(path: string, search: string, everyMs = LIST_MS) =>
  useRead([path, search], (signal) => read<T>(path, { query: { search: search || undefined }, signal }), {
    everyMs,
    keeps: true,
  });

export const usePath = <T>(path: string, query?: Query, everyMs?: number) =>
  useRead([path, query], (signal) => read<T>(path, { query, signal }), { everyMs });

export function useJobs(filter: Filter, after: string | undefined): UseQueryResult<JobPage> {
  return useRead(['jobs', filter, after], (signal) =>
    read<JobPage>('jobs', { query: { ...toQuery(filter, Date.now()), after, limit: 50 }, signal }),
  );
}

export function useJobCount(filter: Filter): UseQueryResult<Count> {
  const load = (signal: AbortSignal) => read<Count>('jobs/count', { query: toQuery(filter, Date.now()), signal });
  return useRead(['count', filter], load, { everyMs: SLOW_MS });
}

export function useJob(id: string): UseQueryResult<JobWithTexts> {
  return useRead(['job', id], async (signal) => {
    const text = await readText(`jobs/${encodeURIComponent(id)}`, { signal });
    const members = membersOf(text);
    const textOf = (name: string) => members.get(name) ?? 'null';
    return { job: JSON.parse(text) as Job, payload: textOf('payload'), result: textOf('result') };
  });
}

export const useWhy = (id: string) => usePath<Why>(`jobs/${encodeURIComponent(id)}/why`);
export const useOverview = () => usePath<Overview>('overview', undefined, SLOW_MS / 2);
export const useQueues = (search = '') => useSearched<{ queues: Queue[]; capped: boolean }>('queues', search);
export const useWorkers = () => usePath<{ workers: Worker[] }>('workers');
export const useSchedules = () => usePath<{ schedules: Schedule[] }>('schedules');
export const useErrors = (hours: number) =>
  usePath<{ groups: ErrorGroup[]; capped: boolean }>('errors', { hours }, SLOW_MS);
export const useAudit = (after: string | undefined) =>
  usePath<{ entries: AuditEntry[]; next: string | null }>('audit', { after, limit: 50 }, SLOW_MS);
