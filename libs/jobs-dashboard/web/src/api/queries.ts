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
  Operation,
  Overview,
  Queue,
  Schedule,
  Series,
  TypesAnswer,
  Why,
  Worker,
} from './types';

const LIST_MS = 2_000;
/** A count may look at 100,000 jobs, so it is asked for less often. */
const SLOW_MS = 10_000;
/** Statistics change once a minute. */
const STATISTICS_MS = 20_000;
/** More would cost the database more than they help. */
const MAX_TYPES = 100;
const PROGRESS_MS = 500;

/** Reads again and again while the page is visible and the refresh is not paused. */
function useRead<T>(key: readonly unknown[], load: (signal: AbortSignal) => Promise<T>, everyMs = LIST_MS) {
  const { isLive } = useLive();
  return useQuery({
    queryKey: key,
    queryFn: ({ signal }) => load(signal),
    refetchInterval: isLive && everyMs,
  });
}

const usePath = <T>(path: string, query?: Query, everyMs?: number) =>
  useRead([path, query], (signal) => read<T>(path, { query, signal }), everyMs);

export function useJobs(filter: Filter, after: string | undefined): UseQueryResult<JobPage> {
  return useRead(['jobs', filter, after], (signal) =>
    read<JobPage>('jobs', { query: { ...toQuery(filter, Date.now()), after, limit: 50 }, signal }),
  );
}

export function useJobCount(filter: Filter): UseQueryResult<Count> {
  const load = (signal: AbortSignal) => read<Count>('jobs/count', { query: toQuery(filter, Date.now()), signal });
  return useRead(['count', filter], load, SLOW_MS);
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
export const useQueues = () => usePath<{ queues: Queue[] }>('queues');
export const useWorkers = () => usePath<{ workers: Worker[] }>('workers');
export const useSchedules = () => usePath<{ schedules: Schedule[] }>('schedules');
/** The payload that a schedule enqueues, as the text that the server has. It is read once, for a form. */
export function useSchedulePayload(name: string | null): UseQueryResult<string> {
  return useQuery({
    queryKey: ['schedule', name],
    enabled: name !== null,
    staleTime: Infinity,
    gcTime: 0,
    queryFn: async ({ signal }) =>
      membersOf(await readText(`schedules/${encodeURIComponent(name ?? '')}`, { signal })).get('payload') ?? 'null',
  });
}

/** The next times of a cron text that is being written. */
export function useScheduleTimes(query: Query): UseQueryResult<{ times: string[] }> {
  return useQuery({
    queryKey: ['schedule-times', query],
    queryFn: ({ signal }) => read<{ times: string[] }>('schedule-times', { query, signal }),
    placeholderData: keepPreviousData,
    retry: false,
  });
}

export const useErrors = (hours: number) =>
  usePath<{ groups: ErrorGroup[]; capped: boolean }>('errors', { hours }, SLOW_MS);
export const useAudit = (after: string | undefined) =>
  usePath<{ entries: AuditEntry[]; next: string | null }>('audit', { after, limit: 50 }, SLOW_MS);
export const useSeries = (hours: number, type: string | undefined) =>
  usePath<Series>('stats/series', { hours, type }, STATISTICS_MS);
export const useTypeFigures = (hours: number) =>
  usePath<TypesAnswer>('stats/types', { hours, limit: MAX_TYPES }, STATISTICS_MS);
export const useOperations = () => usePath<{ operations: Operation[] }>('operations');
export const useOperation = (id: string) =>
  usePath<Operation>(`operations/${encodeURIComponent(id)}`, undefined, PROGRESS_MS);
