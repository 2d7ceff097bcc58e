/**
 * Characters that a terminal acts on instead of showing them: controls, and those that change the direction of a line.
 * A job's texts come from anybody.
 */
// oxlint-disable-next-line no-control-regex -- control characters are exactly what is looked for
const ACTIVE = /[\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;

/** East Asian wide and emoji: they take two columns. */
const WIDE =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]/u;

/** The text in one line, with active characters shown as `\u001b`. */
export function visible(text: string): string {
  return text.toWellFormed().replace(ACTIVE, escaped);
}

/** As `visible`, with the line breaks kept. */
export function visibleLines(text: string): string[] {
  return text.split(/\r?\n/).map(visible);
}

/** JSON in one line. Readers get the same value, and a terminal does nothing but show it. */
export function jsonText(value: unknown): string {
  return escapedJson(JSON.stringify(value));
}

/** As `jsonText`, for JSON without line breaks. */
export function escapedJson(json: string): string {
  return json.replace(ACTIVE, escaped);
}

function escaped(character: string): string {
  return `\\u${character.codePointAt(0)!.toString(16).padStart(4, '0')}`;
}

/** How many columns of a terminal a text takes. */
export function widthOf(text: string): number {
  let width = 0;
  for (const character of text) width += WIDE.test(character) ? 2 : 1;
  return width;
}

/** The text in exactly `width` columns. */
export function padded(text: string, width: number): string {
  const own = widthOf(text);
  if (own <= width) return text + ' '.repeat(width - own);
  let kept = '';
  let used = 0;
  for (const character of text) {
    const next = used + widthOf(character);
    if (next > width - 1) break;
    kept += character;
    used = next;
  }
  return `${kept}…${' '.repeat(width - 1 - used)}`;
}

/** Milliseconds for people: "40s", "12m", "3h", "2d". */
export function age(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1_000));
  if (seconds < 100) return `${seconds}s`;
  if (seconds < 6_000) return `${Math.round(seconds / 60)}m`;
  if (seconds < 172_800) return `${Math.round(seconds / 3_600)}h`;
  return `${Math.round(seconds / 86_400)}d`;
}

/** A number that may be a lower bound: "10000+". */
export function atLeast(count: number, capped: boolean): string {
  return capped ? `${count}+` : String(count);
}

export interface Column<Row> {
  title: string;
  of: (row: Row) => string;
  /** May be cut, to this width at least. Default: shown whole. */
  min?: number;
  /** Left out if there is no room for all. Default false. */
  optional?: boolean;
}

const GAP = 2;

/** A table that fits a width: it cuts columns that may be cut, and then leaves out optional ones from the right. */
export class Table<Row> {
  private readonly columns: { column: Column<Row>; width: number }[];

  /** The widths are those of the given rows; later rows are cut to them. */
  constructor(columns: readonly Column<Row>[], rows: readonly Row[], width: number) {
    this.columns = fit(columns, rows, width);
  }

  header(): string {
    return this.lineOf(({ title }) => title);
  }

  row(row: Row): string {
    return this.lineOf(({ of }) => visible(of(row)));
  }

  private lineOf(textOf: (column: Column<Row>) => string): string {
    return this.columns
      .map(({ column, width }) => padded(textOf(column), width))
      .join(' '.repeat(GAP))
      .trimEnd();
  }
}

function fit<Row>(columns: readonly Column<Row>[], rows: readonly Row[], most: number) {
  const sized = columns.map((column) => ({
    column,
    width: Math.max(widthOf(column.title), ...rows.map((row) => widthOf(visible(column.of(row))))),
  }));
  const total = () => sized.reduce((sum, { width }) => sum + width + GAP, -GAP);
  const spare = ({ column: { min = Infinity }, width }: (typeof sized)[number]) => width - min;
  while (total() > most) {
    const widest = sized.filter((one) => spare(one) > 0).sort((a, b) => b.width - a.width)[0];
    const dropped = sized.findLastIndex(({ column }) => column.optional);
    if (widest) widest.width--;
    else if (dropped >= 0) return fit(columns.toSpliced(dropped, 1), rows, most);
    else break;
  }
  return sized;
}
