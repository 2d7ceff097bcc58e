import { useState } from 'react';
import { useText } from '../../text/language';
import { Clock } from '../../time/time';
import type { ChartData } from './chart-data';

interface Props {
  title: string;
  data: ChartData;
  format: (value: number) => string;
}

/** All values of a chart, newest first, for those who do not see it or want the numbers. */
export function ChartTable({ title, data, format }: Props) {
  const { charts } = useText();
  const [isOpen, setOpen] = useState(false);
  return (
    <details className="chart-table" onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
      <summary>{charts.asTable}</summary>
      {isOpen && (
        <div className="chart-scroll" tabIndex={0} role="region" aria-label={`${title}: ${charts.asTable}`}>
          <table>
            <caption className="visually-hidden">{title}</caption>
            <thead>
              <tr>
                <th scope="col">{charts.time}</th>
                {data.lines.map(({ name }) => (
                  <th key={name} scope="col" className="number">
                    {name}
                  </th>
                ))}
              </tr>
            </thead>
            <Rows data={data} format={format} />
          </table>
        </div>
      )}
    </details>
  );
}

function Rows({ data: { times, lines, isLastPartial }, format }: Omit<Props, 'title'>) {
  const { charts, none } = useText();
  const newestFirst = times.map((time, i) => ({ time, i })).reverse();
  return (
    <tbody>
      {newestFirst.map(({ time, i }) => (
        <tr key={time}>
          <th scope="row">
            <Clock time={new Date(time).toISOString()} />
            {isLastPartial && i === times.length - 1 && <span className="quiet"> {charts.partial}</span>}
          </th>
          {lines.map(({ name, values }) => {
            const value = values[i] ?? null;
            return (
              <td key={name} className="number">
                {value === null ? none : format(value)}
              </td>
            );
          })}
        </tr>
      ))}
    </tbody>
  );
}
