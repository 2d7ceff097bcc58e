import { figure, METRICS, withRange } from './figures.mjs';
import { bestRow } from './rows.mjs';

/** All variants of a scenario as text: medians over the rounds, with the range of the first column. */
export function scenarioTables(scenario, rows) {
  const own = rows.filter((row) => row.scenario === scenario.name);
  const variants = [...new Set(own.map(({ variant }) => variant))];
  const tables = variants.map((variant) =>
    variantTable(
      scenario,
      variant,
      own.filter((row) => row.variant === variant),
    ),
  );
  return [`\n${scenario.title}`, ...tables].join('\n\n');
}

function variantTable(scenario, variant, rows) {
  const [first] = scenario.columns;
  const bests = { '× best peer': best(rows, 'peer', first), '× bare': best(rows, 'bare', first) };
  const relations = Object.entries(bests).filter(([, row]) => row !== undefined);
  const columns = scenario.columns.filter((metric) => metric === first || rows.some((row) => row.of(metric)));
  const header = [variant, ...columns.map((metric) => METRICS[metric].title), ...relations.map(([title]) => title)];
  const lines = rows.map((row) => [
    row.name,
    ...columns.map((metric) => cell(row, metric, metric === first)),
    ...relations.map(([, other]) => relation(row, other, first)),
  ]);
  return align([header, ...lines]);
}

function best(rows, group, metric) {
  return bestRow(
    rows.filter((row) => row.group === group),
    metric,
  );
}

function cell(row, metric, isFirst) {
  const summary = row.of(metric);
  if (!summary) return isFirst && row.problem ? row.problem : '–';
  const text = isFirst ? withRange(summary, METRICS[metric].digits) : figure(summary.median, METRICS[metric].digits);
  return isFirst && row.rounds.some(({ cutShort }) => cutShort) ? `${text} cut short` : text;
}

/** Of the medians; what a goal is judged by is paired round by round, see comparisons. */
function relation(row, other, metric) {
  const summary = row.of(metric);
  return summary ? figure(summary.median / other.of(metric).median, 2) : '–';
}

export function comparisonTable(comparisons) {
  const header = ['Goals, paired by round', 'figure', 'median (range)', 'goal', ''];
  const lines = comparisons.map((comparison) => [
    `${comparison.scenario}: ${comparison.variant}`,
    `${METRICS[comparison.metric].title}${comparison.over ? ` ÷ ${opponent(comparison)}` : ''}`,
    withRange(comparison, 2),
    goal(comparison),
    comparison.verdict ?? '',
  ]);
  return align([header, ...lines]);
}

const opponent = ({ over, opponent: named }) => (named ? `${over} (${named})` : over);

function goal({ min, max }) {
  if (min !== undefined) return `≥ ${figure(min, 2)}`;
  return max === undefined ? '' : `≤ ${figure(max, 2)}`;
}

/** First column to the left, the others to the right. */
function align(lines) {
  const widths = lines[0].map((_, column) => Math.max(...lines.map((line) => line[column].length)));
  const rule = widths.map((width) => '─'.repeat(width)).join('──');
  const texts = lines.map((line) =>
    line.map((text, column) => (column === 0 ? text.padEnd(widths[column]) : text.padStart(widths[column]))).join('  '),
  );
  return [texts[0], rule, ...texts.slice(1)].join('\n');
}
