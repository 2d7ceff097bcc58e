import { mkdir, writeFile } from 'node:fs/promises';
import { SCENARIOS } from '../scenarios/index.mjs';
import { barChart, lineChart } from './charts.mjs';
import { METRICS } from './figures.mjs';
import { bestRow } from './rows.mjs';

const FOLDER = new URL('../../docs/plots/', import.meta.url);

/** Draws one SVG per measured scenario, and one per size for drains. */
export async function drawPlots({ machine, rows }) {
  await mkdir(FOLDER, { recursive: true });
  const rounds = machine.rounds === 1 ? 'one round' : `median and range of ${machine.rounds} rounds`;
  const subtitle = `${machine.processor}, PostgreSQL ${machine.postgres}, Node ${machine.node}; ${rounds}`;
  for (const scenario of SCENARIOS.filter(({ isList }) => !isList)) {
    const own = rows.filter((row) => row.scenario === scenario.name && row.rounds.length > 0);
    const files = new Map();
    for (const row of own) {
      const file = scenario.plotOf?.(row.variant) ?? scenario.name;
      files.set(file, [...(files.get(file) ?? []), row]);
    }
    for (const [file, drawn] of files) await draw(file, scenario, subtitle, drawn);
  }
}

async function draw(file, scenario, subtitle, rows) {
  const { title, sameScale } = scenario;
  await write(file, barChart({ title, subtitle, panels: panelsOf(scenario, rows), sameScale }));
  const curve = rows[0].rounds.at(-1).curve;
  if (curve) await write(`${file}-curve`, lineChart({ title, subtitle, points: curve, ...scenario.curve }));
}

function panelsOf({ columns, plotted = columns.slice(0, 1) }, rows) {
  const variants = [...new Set(rows.map(({ variant }) => variant))];
  const panels = variants.flatMap((variant) =>
    plotted.map((metric) => ({
      title: `${variant}: ${METRICS[metric].title}`,
      digits: METRICS[metric].digits,
      bars: barsOf(
        rows.filter((row) => row.variant === variant),
        metric,
      ),
    })),
  );
  return panels.filter(({ bars }) => bars.length > 0);
}

/** Shows only the best of the bare rows, because it is the limit. */
function barsOf(rows, metric) {
  const systems = rows.filter(({ group }) => group === 'ours' || group === 'peer');
  const limit = bestRow(
    rows.filter(({ group }) => group === 'bare'),
    metric,
  );
  const shown = limit ? [...systems, limit] : systems;
  return shown.filter((row) => row.of(metric)).map((row) => ({ name: row.name, group: row.group, ...row.of(metric) }));
}

async function write(name, svg) {
  await writeFile(new URL(`${name}.svg`, FOLDER), svg);
}
