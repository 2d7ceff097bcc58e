import { keepPreviousData, useQuery, useQueryClient, type UseQueryResult } from '@tanstack/react-query';
import { useFollow, useLive } from '../app/live';
import { toQuery, type Filter } from '../filter/filter';
import { membersOf } from '../json/json-text';
import { read, readText, type Query, type ReadOptions } from './client';
import type {
  AuditEntry,
  Count,
  ErrorGroup,
  Job,
  JobLog,
  JobPage,
  JobWithTexts,
  Operation,
  Overview,
  Queue,
  Schedule,
  Why,
  Worker,
} from './types';
import type { Series, TypesAnswer } from './statistics-types';

const LIST_MS = 2_000;
/** A count may look at 100,000 jobs, so it is asked for less often. */
const SLOW_MS = 10_000;
/** Statistics change once a minute, but soon after the very first run. */
const STATISTICS_MS = 20_000;
const FIRST_STATISTICS_MS = 5_000;
/** More would cost the database more than they help. */
const MAX_TYPES = 100;
const PROGRESS_MS = 500;

/** The server sends what changes. What it does not send is read again after this. */
const FOLLOWED_MS = 30_000;
/** How often a page reads by itself that the server does not call. */
const ALONE_MS = 5_000;

interface ReadTimes {
  /** How old what is shown may be before it is read again. */
  everyMs?: number;
  isEnabled?: boolean;
  /** Whether to read on time, although the server calls when something has changed. */
  isPolled?: boolean;
  /** Whether what was read for the search, page or period before stays until the answer comes. */
  keeps?: boolean;
}

/** Reads again when the server calls, and now and then without it, while the page is visible and not paused. */
export function useRead<T>(
  key: readonly unknown[],
  load: (options: ReadOptions) => Promise<T>,
  { everyMs = LIST_MS, isEnabled = true, isPolled = false, keeps = false }: ReadTimes = {},
) {
  const { isLive, isConnected } = useLive();
  return useQuery({
    queryKey: key,
    // What a screen shows first is as new as it can be.
    queryFn: ({ signal, client, queryKey }) =>
      load({ signal, isShared: everyMs >= LIST_MS && client.getQueryData(queryKey) !== undefined }),
    enabled: isEnabled,
    meta: { everyMs },
    refetchInterval: isLive && (isPolled ? everyMs : !isConnected && Math.max(everyMs, ALONE_MS)),
    ...(keeps && { placeholderData: keepPreviousData }),
  });
}

export const usePath = <T>(path: string, query?: Query, times?: ReadTimes) =>
  useRead([path, query], (options) => read<T>(path, { ...options, query }), times);

/** Reads a list that is searched while somebody writes. */
export const useSearched = <T>(path: string, search: string, everyMs = LIST_MS) =>
  useRead([path, search], (options) => read<T>(path, { ...options, query: { search: search || undefined } }), {
    everyMs,
    keeps: true,
  });

export function useJobs(filter: Filter, after: string | undefined): UseQueryResult<JobPage> {
  const load = (options: ReadOptions) =>
    read<JobPage>('jobs', { ...options, query: { ...toQuery(filter, Date.now()), after, limit: 50 } });
  return useRead(['jobs', filter, after], load, { keeps: true });
}

export function useJobCount(filter: Filter): UseQueryResult<Count> {
  const load = (options: ReadOptions) => read<Count>('jobs/count', { ...options, query: toQuery(filter, Date.now()) });
  return useRead(['count', filter], load, { everyMs: SLOW_MS });
}

export function useJob(id: string): UseQueryResult<JobWithTexts> {
  const query = useRead(
    ['job', id],
    async (options) => {
      const text = await readText(`jobs/${encodeURIComponent(id)}`, options);
      const members = membersOf(text);
      const textOf = (name: string) => members.get(name) ?? 'null';
      return { job: JSON.parse(text) as Job, payload: textOf('payload'), result: textOf('result') };
    },
    { everyMs: useEveryMs(id) },
  );
  const status = query.data?.job.status;
  useFollow(status === 'pending' || status === 'blocked' || status === 'processing' ? id : undefined);
  return query;
}

/** The last lines of a job's log. */
export function useLog(id: string): UseQueryResult<JobLog> {
  const load = (options: ReadOptions) =>
    read<JobLog>(`jobs/${encodeURIComponent(id)}/logs`, { ...options, query: { limit: 1_000 } });
  return useRead(['log', id], load, { everyMs: useEveryMs(id) });
}

function useEveryMs(jobId: string): number {
  const { isConnected, followed } = useLive();
  return isConnected && followed === jobId ? FOLLOWED_MS : LIST_MS;
}

export const useWhy = (id: string) =>
  useRead(['why', id], (options) => read<Why>(`jobs/${encodeURIComponent(id)}/why`, options));
export const useOverview = (isEnabled = true) =>
  usePath<Overview>('overview', undefined, { everyMs: SLOW_MS / 2, isEnabled });
export const useQueues = (search = '') => useSearched<{ queues: Queue[]; capped: boolean }>('queues', search);
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
  usePath<{ groups: ErrorGroup[]; capped: boolean }>('errors', { hours }, { everyMs: SLOW_MS, keeps: true });
export const useAudit = (after: string | undefined) =>
  usePath<{ entries: AuditEntry[]; next: string | null }>('audit', { after, limit: 50 }, { everyMs: SLOW_MS });
export const useSeries = (hours: number, type: string | undefined) =>
  useStatistics<Series>('stats/series', { hours, type }, ({ total }) => total.perMinute > 0);
export const useTypeFigures = (hours: number) =>
  useStatistics<TypesAnswer>('stats/types', { hours, limit: MAX_TYPES }, ({ types }) => types.length > 0);

/** `isFilled`: whether the answer shows that anything ran. */
function useStatistics<T>(path: string, query: Query, isFilled: (answer: T) => boolean) {
  const known = useQueryClient().getQueryData<T>([path, query]);
  const everyMs = known && isFilled(known) ? STATISTICS_MS : FIRST_STATISTICS_MS;
  return usePath<T>(path, query, { everyMs, keeps: true });
}

/** Others may begin one at any time, on any screen. */
export const useOperations = () => usePath<{ operations: Operation[] }>('operations', undefined, { isPolled: true });
export const useOperation = (id: string) =>
  usePath<Operation>(`operations/${encodeURIComponent(id)}`, undefined, { everyMs: PROGRESS_MS, isPolled: true });
