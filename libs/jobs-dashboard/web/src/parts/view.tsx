import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useText } from '../text/language';
import { ProblemPanel } from './problem';

interface Props<T> {
  query: UseQueryResult<T>;
  children: (data: T) => ReactNode;
}

/** Shows what was read, or that it is being read, or why it could not be. What was read before stays below an error. */
export function View<T>({ query, children }: Props<T>) {
  const text = useText();
  const { data, error, isPending, refetch } = query;
  if (isPending && !error)
    return (
      <p className="loading" role="status">
        {text.loading}
      </p>
    );
  return (
    <>
      {error && <ProblemPanel error={error} retry={() => void refetch()} />}
      {data !== undefined && children(data)}
    </>
  );
}
