import { useLanguage } from '../../text/language';
import { localeFor } from '../../time/formats';
import type { ChartData } from './chart-data';
import { dotsAmong, linesUpTo, pathThrough, timeMarks, type Place } from './scale';

const HEIGHT = 180;
const TOP = 8;
const BOTTOM = 24;
const LEFT = 64;
const RIGHT = 8;
/** The room of a time below the chart, in pixels. */
const MARK_WIDTH = 80;

interface Props {
  data: ChartData;
  width: number;
  /** The step to mark. */
  index: number | null;
  format: (value: number) => string;
  label: string;
}

interface Area {
  x: (time: number) => number;
  y: (value: number) => number;
  right: number;
  /** Values of the horizontal lines. */
  lines: number[];
}

/** The drawing of a chart. */
export function Plot({ data, width, index, format, label }: Props) {
  const area = areaOf(data, width);
  return (
    <svg className="plot" width={width} height={HEIGHT} role="img" aria-label={label}>
      <rect
        data-area=""
        className="plot-area"
        x={LEFT}
        y={TOP}
        width={area.right - LEFT}
        height={HEIGHT - TOP - BOTTOM}
      />
      {area.lines.map((value) => (
        <g key={value}>
          <path className="plot-grid" d={`M${LEFT} ${area.y(value)}H${area.right}`} />
          <text x={LEFT - 8} y={area.y(value)} dy="0.35em" textAnchor="end">
            {format(value)}
          </text>
        </g>
      ))}
      <TimeAxis data={data} area={area} />
      {data.lines.map((line) => (
        <LinePath key={line.name} line={line} data={data} area={area} />
      ))}
      {index !== null && <Marker data={data} area={area} index={index} />}
    </svg>
  );
}

function areaOf({ times, end, lines, kind }: ChartData, width: number): Area {
  const largest = Math.max(0, ...lines.flatMap(({ values }) => values.map((value) => value ?? 0)));
  const levels = linesUpTo(largest, kind);
  const from = times[0] ?? end - 1;
  const right = Math.max(LEFT + 1, width - RIGHT);
  const top = levels.at(-1)!;
  return {
    x: (time) => LEFT + ((time - from) / (end - from)) * (right - LEFT),
    y: (value) => HEIGHT - BOTTOM - (value / top) * (HEIGHT - TOP - BOTTOM),
    right,
    lines: levels,
  };
}

function TimeAxis({ data: { times, end }, area }: { data: ChartData; area: Area }) {
  const { language } = useLanguage();
  const from = times[0] ?? end;
  const most = Math.max(2, Math.floor((area.right - LEFT) / MARK_WIDTH));
  const { times: marks, areDays } = timeMarks(from, end, most);
  const format = new Intl.DateTimeFormat(
    localeFor(language),
    areDays ? { month: 'short', day: 'numeric' } : { hour: '2-digit', minute: '2-digit' },
  );
  const fitting = marks.filter((time) => area.x(time) < area.right - MARK_WIDTH / 4);
  return fitting.map((time) => (
    <g key={time}>
      <path className="plot-tick" d={`M${area.x(time)} ${HEIGHT - BOTTOM}v4`} />
      <text x={area.x(time)} y={HEIGHT - 6} textAnchor="middle">
        {format.format(time)}
      </text>
    </g>
  ));
}

/** Each value stands in the middle of its step. What leads to a step that is not over is dotted. */
function LinePath({ line, data, area }: { line: ChartData['lines'][number]; data: ChartData; area: Area }) {
  const places = line.values.map((value, i): Place =>
    value === null ? null : [middleOf(data, area, i), area.y(value)],
  );
  const firm = data.isLastPartial ? places.slice(0, -1) : places;
  return (
    <>
      <path className={`plot-line look-${line.look}`} d={pathThrough(firm)} />
      {data.isLastPartial && (
        <path className={`plot-line plot-partial look-${line.look}`} d={pathThrough(places.slice(-2))} />
      )}
      {dotsAmong(places).map(([x, y]) => (
        <circle key={x} className={`look-${line.look}`} cx={x} cy={y} r="3" />
      ))}
    </>
  );
}

function Marker({ data, area, index }: { data: ChartData; area: Area; index: number }) {
  const x = middleOf(data, area, index);
  return (
    <g>
      <path className="plot-cursor" d={`M${x} ${TOP}V${HEIGHT - BOTTOM}`} />
      {data.lines.map(({ name, look, values }) => {
        const value = values[index] ?? null;
        return value === null ? null : (
          <circle key={name} className={`look-${look}`} cx={x} cy={area.y(value)} r="3.5" />
        );
      })}
    </g>
  );
}

function middleOf({ times, end }: ChartData, area: Area, index: number): number {
  return area.x((times[index]! + (times[index + 1] ?? end)) / 2);
}
