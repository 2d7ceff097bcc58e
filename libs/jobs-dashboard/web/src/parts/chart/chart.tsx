import { useState, type PointerEvent, type ReactNode } from 'react';
import { useText } from '../../text/language';
import type { ChartData } from './chart-data';
import { ChartTable } from './chart-table';
import { Legend } from './legend';
import { Plot } from './plot';
import { useWidth } from './use-width';

interface Props {
  title: string;
  data: ChartData;
  /** A value in words. */
  format: (value: number) => string;
  /** What the chart shows, in a sentence, for those who do not see it. */
  summary: string;
  children?: ReactNode;
}

/** Lines over time. The legend has the values below the pointer, and a table has all of them. */
export function Chart({ title, data, format, summary, children }: Props) {
  const text = useText();
  const [ref, width] = useWidth();
  const [chosen, setChosen] = useState<number | null>(null);
  const isEmpty = data.lines.every(({ values }) => values.every((value) => !value));
  const follow = (event: PointerEvent<HTMLElement>) => setChosen(stepBelow(event, data.times.length));
  return (
    <section className="panel chart" aria-label={title}>
      <h3>{title}</h3>
      <Legend data={data} index={chosen} format={format} />
      <figure
        ref={ref}
        className="chart-plot"
        onPointerMove={follow}
        onPointerDown={follow}
        onPointerLeave={() => setChosen(null)}
      >
        {width > 0 && <Plot data={data} width={width} index={chosen} format={format} label={`${title}. ${summary}`} />}
        {isEmpty && <figcaption className="chart-empty quiet">{text.charts.nothing}</figcaption>}
      </figure>
      {children}
      <ChartTable title={title} data={data} format={format} />
    </section>
  );
}

/** The number of the step below the pointer. */
function stepBelow(event: PointerEvent<HTMLElement>, count: number): number | null {
  const plot = event.currentTarget.querySelector('[data-area]')?.getBoundingClientRect();
  if (!plot || plot.width === 0 || count === 0) return null;
  const share = (event.clientX - plot.left) / plot.width;
  return share < 0 || share > 1 ? null : Math.min(count - 1, Math.floor(share * count));
}
