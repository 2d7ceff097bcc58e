import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { usePausedTypes } from '../../api/enqueue';
import type { TypeFigures } from '../../api/statistics-types';
import { ROW } from '../../app/rows';
import { useNumber } from '../../parts/numbers';
import { StateMark } from '../../parts/state-mark';
import { useText } from '../../text/language';
import { useDuration } from '../../time/time';
import { COLUMNS, isColumn, orderTypes, VALUES, type Column } from './order-types';

/** What the address says. */
export interface PerformanceSearch {
  hours?: string | undefined;
  type?: string | undefined;
  order?: string | undefined;
}

interface Props {
  types: readonly TypeFigures[];
  search: PerformanceSearch;
}

/** The types with their figures. Each name leads to the charts of its type, each head orders by its column. */
export function TypeTable({ types, search }: Props) {
  const { performance: text } = useText();
  const order = isColumn(search.order) ? search.order : 'rate';
  const paused = new Set(usePausedTypes().map(({ type }) => type));
  return (
    <table className="cards types">
      <caption className="visually-hidden">{text.caption}</caption>
      <thead>
        <tr>
          {COLUMNS.map((column) => (
            <Head key={column} column={column} isChosen={column === order} search={search} />
          ))}
        </tr>
      </thead>
      <tbody>
        {orderTypes(types, order).map((figures) => (
          <TypeRow key={figures.type} figures={figures} isPaused={paused.has(figures.type)} search={search} />
        ))}
      </tbody>
    </table>
  );
}

interface HeadProps extends Pick<Props, 'search'> {
  column: Column;
  isChosen: boolean;
}

function Head({ column, isChosen, search }: HeadProps) {
  const { performance: text } = useText();
  const direction = column === 'type' ? 'ascending' : 'descending';
  return (
    <th scope="col" className={column === 'type' ? undefined : 'number'} aria-sort={isChosen ? direction : undefined}>
      <Link to="/performance" search={{ ...search, order: column }} title={text.orderBy}>
        {text.columns[column]}
        {isChosen && <span aria-hidden="true">{column === 'type' ? ' ↑' : ' ↓'}</span>}
      </Link>
    </th>
  );
}

interface RowProps extends Pick<Props, 'search'> {
  figures: TypeFigures;
  isPaused: boolean;
}

function TypeRow({ figures, isPaused, search }: RowProps) {
  const { queues } = useText();
  const show = useShown();
  return (
    <tr {...{ [ROW]: figures.type }}>
      <th scope="row">
        <Link to="/performance" search={{ ...search, type: figures.type }} data-open="">
          {figures.type}
        </Link>
        {isPaused && <StateMark mark="paused">{queues.paused}</StateMark>}
      </th>
      {COLUMNS.filter((column) => column !== 'type').map((column) => (
        <Cell key={column} column={column}>
          {show(column, VALUES[column](figures))}
        </Cell>
      ))}
    </tr>
  );
}

function Cell({ column, children }: { column: Column; children: ReactNode }) {
  const { performance: text } = useText();
  return (
    <td className="number" data-label={text.columns[column]}>
      {children}
    </td>
  );
}

/** A value of a column in words. */
function useShown(): (column: Column, value: number | null) => string {
  const { none } = useText();
  const number = useNumber();
  const duration = useDuration();
  return (column, value) => {
    if (value === null) return none;
    if (column === 'rate') return number(Math.round(value * 10) / 10);
    return column === 'failures' ? `${number(Math.round(value * 1_000) / 10)} %` : duration(value);
  };
}
