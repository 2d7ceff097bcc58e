import { figure, METRICS, withRange } from './figures.mjs';
import { relate } from './comparisons.mjs';

/** The variants of a scenario as text: medians of the rounds, and ranges for the first column and the ratios. */
export function scenarioTables(scenario, rows) {
  const own = rows.filter((row) => row.scenario === scenario.name);
  if (scenario.isList) return [`\n${scenario.title}`, listTable(scenario, own)].join('\n\n');
  const related = relate(scenario, own);
  const variants = [...new Set(own.map(({ variant }) => variant))];
  const isOf = (variant) => (entry) => entry.variant === variant;
  const tables = variants.map((variant) =>
    variantTable(scenario, variant, own.filter(isOf(variant)), related.filter(isOf(variant))),
  );
  return [`\n${scenario.title}`, ...tables].join('\n\n');
}

function variantTable(scenario, variant, rows, related) {
  const [first, ...others] = scenario.columns;
  const columns = others.filter((metric) => rows.some((row) => row.of(metric)));
  const opponents = [...new Set(related.map(({ over }) => over))];
  const titles = [first, ...columns].map((metric) => METRICS[metric].title);
  const lines = rows.map((row) => [
    row.name,
    mainFigure(row, first),
    ...columns.map((metric) => figure(row.of(metric)?.median, METRICS[metric].digits)),
    ...opponents.map((over) => ratio(related, row, over)),
  ]);
  return align([[variant, ...titles, ...opponents.map((over) => `÷ ${over}`)], ...lines]);
}

function listTable({ name, columns }, rows) {
  const [first, ...others] = columns;
  const several = rows.some(({ contender }) => contender !== rows[0].contender);
  const lines = rows.map((row) => [
    several ? `${row.variant}: ${row.name}` : row.variant,
    mainFigure(row, first),
    ...others.map((metric) => figure(row.of(metric)?.median, METRICS[metric].digits)),
  ]);
  return align([[name, ...columns.map((metric) => METRICS[metric].title)], ...lines]);
}

function mainFigure(row, metric) {
  const summary = row.of(metric);
  if (!summary) return row.problem ?? '–';
  return [withRange(summary, METRICS[metric].digits), ...remarks(row)].join(', ');
}

function remarks({ rounds, problem }) {
  const twice = Math.max(...rounds.map(({ doneTwice = 0 }) => doneTwice));
  return [
    rounds.some(({ cutShort }) => cutShort) && 'cut short',
    twice > 0 && `${twice} done twice`,
    problem && 'failed in a later round',
  ].filter(Boolean);
}

function ratio(related, { contender }, over) {
  const found = related.find((entry) => entry.contender === contender && entry.over === over);
  return found ? withRange(found, 2) : '–';
}

export function goalTable(comparisons) {
  const header = ['Goals, paired by round', 'figure', 'median (range)', 'goal', 'verdict'];
  const lines = comparisons.map((comparison) => [
    `${comparison.scenario}: ${comparison.variant}`,
    `${METRICS[comparison.metric].title}${comparison.over ? ` ÷ ${opponent(comparison)}` : ''}`,
    withRange(comparison, 2),
    goal(comparison),
    comparison.verdict ?? '–',
  ]);
  return align([header, ...lines]);
}

const opponent = ({ over, opponent: named }) => (named ? `${over} (${named})` : over);

function goal({ atLeast, atMost, floor }) {
  if (atMost !== undefined) return `≤ ${figure(atMost, 2)}`;
  if (atLeast === undefined) return '–';
  return `≥ ${figure(atLeast, 2)}${floor === undefined ? '' : `, at least ${figure(floor, 2)}`}`;
}

/** Aligns the first column left and the others right. */
function align(lines) {
  const widths = lines[0].map((_, column) => Math.max(...lines.map((line) => line[column].length)));
  const rule = widths.map((width) => '─'.repeat(width)).join('──');
  const pad = (text, column) => (column === 0 ? text.padEnd(widths[column]) : text.padStart(widths[column]));
  const texts = lines.map((line) => line.map(pad).join('  '));
  return [texts[0], rule, ...texts.slice(1)].join('\n');
}
