import type { TypeFigures } from '../../api/statistics-types';

/** The columns of the table of types, as the address names them. */
export const COLUMNS = ['type', 'rate', 'failures', 'wait50', 'wait95', 'wait99', 'run50', 'run95', 'run99'] as const;

export type Column = (typeof COLUMNS)[number];

export const isColumn = (name: string | undefined): name is Column => COLUMNS.some((column) => column === name);

/** The value of each column but the name. */
export const VALUES: Record<Exclude<Column, 'type'>, (figures: TypeFigures) => number | null> = {
  rate: ({ perMinute }) => perMinute,
  failures: ({ failureShare }) => failureShare,
  wait50: ({ waitMs }) => waitMs.p50,
  wait95: ({ waitMs }) => waitMs.p95,
  wait99: ({ waitMs }) => waitMs.p99,
  run50: ({ runMs }) => runMs.p50,
  run95: ({ runMs }) => runMs.p95,
  run99: ({ runMs }) => runMs.p99,
};

/** Names from A to Z, numbers from the largest to none. */
export function orderTypes(types: readonly TypeFigures[], by: Column): TypeFigures[] {
  const byName = (a: TypeFigures, b: TypeFigures) => (a.type < b.type ? -1 : 1);
  if (by === 'type') return types.toSorted(byName);
  const valueOf = (figures: TypeFigures) => VALUES[by](figures) ?? -1;
  return types.toSorted((a, b) => valueOf(b) - valueOf(a) || byName(a, b));
}
