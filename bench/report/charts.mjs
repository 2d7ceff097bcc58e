import { figure } from './figures.mjs';
import { drawing, line, path, rect, text } from './svg.mjs';

const WIDTH = 760;
const LABELS = 230;
const FIGURES = 110;
const HEADING = 54;
const BAR = 18;
const ROW = 24;
const PANEL_GAP = 40;

/**
 * Horizontal bars of medians with the range of the rounds. A panel is `{ title, digits, bars }`, a bar is
 * `{ name, group, median, min, max }`. Each panel has its own scale, unless `sameScale` is set.
 */
export function barChart({ title, subtitle, panels, sameScale = false }) {
  const most = sameScale ? longest(panels.flatMap(({ bars }) => bars)) : undefined;
  let y = HEADING;
  const content = panels.flatMap((panel) => {
    const drawn = drawPanel(panel, y, most);
    y += panel.bars.length * ROW + PANEL_GAP;
    return drawn;
  });
  return drawing({ width: WIDTH, height: y - PANEL_GAP / 2, title, subtitle, content });
}

const longest = (bars) => Math.max(...bars.map(({ max }) => max), Number.MIN_VALUE);

function drawPanel({ title, digits, bars }, top, most = longest(bars)) {
  const scale = (value) => (Math.max(0, value) / most) * (WIDTH - LABELS - FIGURES);
  const first = top + 16;
  return [
    text(0, top + 4, title, { class: 'panel' }),
    ...bars.flatMap((bar, k) => drawBar(bar, { y: first + k * ROW, scale, digits })),
  ];
}

function drawBar({ name, group, median, min, max }, { y, scale, digits }) {
  const middle = y + BAR / 2;
  const end = LABELS + scale(max);
  return [
    text(LABELS - 8, middle + 4, name, { 'text-anchor': 'end' }),
    rect(LABELS, y, Math.max(1, scale(median)), BAR, { class: group }),
    ...(max > min ? [line(LABELS + scale(min), middle, end, middle, { class: 'range' })] : []),
    text(end + 8, middle + 4, figure(median, digits)),
  ];
}

const PLOT_HEIGHT = 240;
const LEFT = 50;
const RIGHT = 40;
const TICKS = 4;

/** One curve through points `{ x, y }`. Both axes begin at 0. */
export function lineChart({ title, subtitle, points, nameX }) {
  const [mostX, mostY] = [Math.max(...points.map(({ x }) => x)), Math.max(...points.map(({ y }) => y)) * 1.1];
  const bottom = HEADING + PLOT_HEIGHT;
  const toX = (x) => LEFT + (x / mostX) * (WIDTH - LEFT - RIGHT);
  const toY = (y) => bottom - (y / mostY) * PLOT_HEIGHT;
  const content = [
    ...ticks(mostY).flatMap((value) => [
      line(LEFT, toY(value), WIDTH - RIGHT, toY(value), { class: 'grid' }),
      text(LEFT - 8, toY(value) + 4, figure(value, 0), { 'text-anchor': 'end', class: 'quiet' }),
    ]),
    ...ticks(mostX).map((value) =>
      text(toX(value), bottom + 18, figure(value, 0), { 'text-anchor': 'middle', class: 'quiet' }),
    ),
    text(WIDTH - RIGHT, bottom + 36, nameX, { 'text-anchor': 'end', class: 'quiet' }),
    path(
      points.map(({ x, y }) => [toX(x), toY(y)]),
      { class: 'curve' },
    ),
  ];
  return drawing({ width: WIDTH, height: bottom + 44, title, subtitle, content });
}

/** Round numbers from 0 to at most `most`. */
function ticks(most) {
  const rough = most / TICKS;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5].map((factor) => factor * power).find((candidate) => candidate >= rough) ?? 10 * power;
  return Array.from({ length: Math.floor(most / step) + 1 }, (_, k) => k * step);
}
