import { useState } from 'react';
import type { Chosen } from '../../api/actions';
import type { JobSummary } from '../../api/types';
import type { Filter } from '../../filter/filter';

export interface Selection {
  /** All that match, on this page and others. */
  isAll: boolean;
  size: number;
  has: (id: string) => boolean;
  isPage: boolean;
  toggle: (id: string) => void;
  togglePage: () => void;
  chooseAll: () => void;
  clear: () => void;
  /** What an action is about. */
  chosen: Chosen;
}

/** The jobs that an action is about: single ones, or all that match. */
export function useSelection(filter: Filter, page: readonly JobSummary[]): Selection {
  const [ids, setIds] = useState<ReadonlySet<string>>(new Set());
  const [isAll, setAll] = useState(false);
  const isPage = page.length > 0 && page.every(({ id }) => isAll || ids.has(id));
  const choose = (next: Iterable<string>) => {
    setAll(false);
    setIds(new Set(next));
  };
  return {
    isAll,
    size: ids.size,
    has: (id) => isAll || ids.has(id),
    isPage,
    toggle: (id) => choose(ids.has(id) ? [...ids].filter((each) => each !== id) : [...ids, id]),
    togglePage: () => choose(isPage ? [] : page.map(({ id }) => id)),
    chooseAll: () => setAll(true),
    clear: () => choose([]),
    chosen: isAll ? filter : { ids: [...ids] },
  };
}
