import { useText } from '../../text/language';
import { useClock } from '../../time/time';
import { stepToTell, type ChartData } from './chart-data';

interface Props {
  data: ChartData;
  /** The step below the pointer. */
  index: number | null;
  format: (value: number) => string;
}

/** Which line is what, with the values of a step: the one below the pointer, or the last one that says something. */
export function Legend({ data, index, format }: Props) {
  const { charts, none } = useText();
  const clock = useClock();
  const shown = index ?? stepToTell(data);
  const time = data.times[shown];
  return (
    <div className="legend">
      <ul>
        {data.lines.map(({ name, look, values }) => {
          const value = values[shown] ?? null;
          return (
            <li key={name}>
              <svg viewBox="0 0 24 8" aria-hidden="true">
                <path className={`plot-line look-${look}`} d="M1 4H23" />
              </svg>
              {name} <strong>{value === null ? none : format(value)}</strong>
            </li>
          );
        })}
      </ul>
      {time !== undefined && (
        <span className="quiet">
          {charts.from(clock(new Date(time).toISOString()))}
          {data.isLastPartial && shown === data.times.length - 1 && ` · ${charts.partial}`}
        </span>
      )}
    </div>
  );
}
