import type { UseQueryResult } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { useText } from '../text/language';
import { ProblemPanel } from './problem';

interface Props<T> {
  query: UseQueryResult<T>;
  children: (data: T) => ReactNode;
}

/** Shows what was read, or that it is being read, or why it could not be. What was read before stays below an error. */
export function View<T>({ query, children }: Props<T>) {
  const { data, isPending, refetch } = query;
  const error = useFailure(query);
  if (isPending && !error) return <Loading />;
  return (
    <>
      {error && <ProblemPanel error={error} retry={() => void refetch()} />}
      {data !== undefined && children(data)}
    </>
  );
}

/** Why it could not be read. That stays while it is tried again, until there is an answer. */
function useFailure({ error, isPending }: UseQueryResult): Error | null {
  const [failure, setFailure] = useState(error);
  if (!isPending && failure !== error) setFailure(error);
  return isPending ? failure : error;
}

/** Keeps the room of what is being read. Its word appears only if that takes a moment, so that it does not flicker. */
export function Loading() {
  const { loading } = useText();
  return (
    <p className="loading" role="status">
      {loading}
    </p>
  );
}
