import type { ScaleKind } from './scale';

/** One line of a chart. Its `look` has a colour and a pattern of its own, so that nobody needs to tell colours apart. */
export interface Line {
  name: string;
  look: 'good' | 'bad' | 'first' | 'second';
  /** One value for each time; null where there is none. */
  values: readonly (number | null)[];
}

export interface ChartData {
  /** The start of each step, in milliseconds. */
  times: readonly number[];
  /** When the last step ends. */
  end: number;
  /** Whether the last step is still going on. */
  isLastPartial: boolean;
  lines: readonly Line[];
  kind: ScaleKind;
}

/** The last step that is over. If there is nothing up to then, as in a new installation, the one that is going on. */
export function stepToTell({ times, lines, isLastPartial }: ChartData): number {
  const last = times.length - 1;
  const isFilled = lines.some(({ values }) => values.slice(0, last).some(Boolean));
  return isLastPartial && isFilled ? last - 1 : last;
}
