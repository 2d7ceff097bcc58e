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
