import { useQuery, type UseQueryResult } from '@tanstack/react-query';
import type { Schema } from '../enqueue/schema-fields';
import { read, write } from './client';
import { usePath, useSearched } from './queries';
import type { Pause } from './types';

export interface JobType extends Pause {
  type: string;
  queue: string;
  priority: number;
  maxAttempts: number;
  timeoutMs: number;
  /** Whether the server that answers can enqueue it. */
  known: boolean;
}

export interface JobTypeDetails extends JobType {
  /** What its payload may be; null if that is not known. */
  schema: Schema | null;
}

export interface TypePage {
  types: JobType[];
  total: number;
  capped: boolean;
}

const TYPES_MS = 30_000;

export const useTypes = (search: string): UseQueryResult<TypePage> => useSearched<TypePage>('types', search, TYPES_MS);

const PAUSED_MS = 5_000;
const MAX_PAUSED = 1_000;

/** The paused types, by name. Empty until they are read, and for a server that knows no such pauses. */
export function usePausedTypes(): readonly JobType[] {
  const query = usePath<TypePage>('types', { paused: 'true', limit: MAX_PAUSED }, { everyMs: PAUSED_MS });
  return query.data?.types.filter(({ paused }) => paused) ?? [];
}

/** It is not read again by itself: a form must not change under somebody who fills it in. */
export function useType(type: string): UseQueryResult<JobTypeDetails> {
  return useQuery({
    queryKey: ['type', type],
    queryFn: ({ signal }) => read<JobTypeDetails>(`types/${encodeURIComponent(type)}`, { signal }),
    staleTime: Infinity,
    refetchOnWindowFocus: false,
  });
}

export interface Enqueued {
  id: string;
  duplicate: boolean;
}

export const enqueue = (body: string) => write<Enqueued>('jobs', body);
