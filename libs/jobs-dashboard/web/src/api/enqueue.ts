import { useQuery, type UseQueryResult } from '@tanstack/react-query';
import type { Schema } from '../enqueue/schema-fields';
import { read, write } from './client';
import { useSearched } from './queries';

export interface JobType {
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
