import type { SelectionEdge } from '../../store/control/selection.store.js';

/** Compares jobs of several shards as each of their statements sorts them: by when they finished, or by their ids. */
export function newestFirst(isFinished: boolean) {
  return (a: SelectionEdge, b: SelectionEdge): number => {
    const [x, y] = isFinished ? [`${a.finished_at}${a.id}`, `${b.finished_at}${b.id}`] : [a.id, b.id];
    return x < y ? 1 : -1;
  };
}
