// `npm run bench`: measures Monstera, its peers and the bare limit side by side. See docs/performance.md.
import { readFile, writeFile } from 'node:fs/promises';
import { ensureBuilt } from '../scripts/ensure-built.mjs';
import { describeMachine } from './report/machine.mjs';

ensureBuilt();
await import('../test/lab/register.mjs');
const { interruption, BROKEN_OFF } = await import('../test/lab/interruption.ts');
const { tell } = await import('../test/lab/progress-line.ts');
const { readOptions, USAGE } = await import('./options.mjs');
const { measureRound, planRows } = await import('./measure.mjs');
const { compareWithGoals, relate } = await import('./report/comparisons.mjs');
const { drawPlots } = await import('./report/plots.mjs');
const { Row } = await import('./report/rows.mjs');
const { goalTable, scenarioTables } = await import('./report/table.mjs');
const { openLab } = await import('./lab/lab.mjs');
const { SCENARIOS } = await import('./scenarios/index.mjs');

async function run(options) {
  const lab = await openLab({ dataDir: options.data, settings: options.settings });
  const interrupted = closeOnSignals(lab);
  try {
    const planned = planRows(options, lab.whyNot);
    const report = { machine: await describeMachine(lab, options), rows: planned.map(({ row }) => row) };
    for (let round = 1; round <= options.runs; round++) {
      await measureRound(lab, planned, round, { ...options, interrupted }, tell);
      if (options.json) await writeReport(options.json, report);
    }
    return report;
  } finally {
    tell('');
    await lab.close();
  }
}

/** After Ctrl-C, no server and no files are left, and the interrupted measurement is not a failure. */
function closeOnSignals(lab) {
  const interrupted = interruption();
  interrupted.addEventListener('abort', () => void lab.close().finally(() => process.exit(BROKEN_OFF)));
  return interrupted;
}

const ofAll = (derive, { rows }) => SCENARIOS.flatMap((scenario) => derive(scenario, rows));

async function writeReport(file, report) {
  const derived = { relations: ofAll(relate, report), goals: ofAll(compareWithGoals, report) };
  await writeFile(file, `${JSON.stringify({ ...report, ...derived }, null, 2)}\n`);
}

async function readReport(file) {
  const { machine, rows } = JSON.parse(await readFile(file, 'utf8'));
  return { machine, rows: rows.map((row) => new Row(row)) };
}

function print({ machine, rows }) {
  console.log(
    Object.entries(machine)
      .map(([name, value]) => `${name}: ${value}`)
      .join('\n'),
  );
  const measured = SCENARIOS.filter(({ name }) => rows.some(({ scenario }) => scenario === name));
  for (const scenario of measured) console.log(scenarioTables(scenario, rows));
  const goals = ofAll(compareWithGoals, { rows });
  if (goals.length > 0) console.log(`\n${goalTable(goals)}`);
}

async function main() {
  const options = readOptions(process.argv.slice(2));
  if (options.help) return console.log(USAGE);
  const report = options.from ? await readReport(options.from) : await run(options);
  print(report);
  if (options.plots) await drawPlots(report);
  // A run that could not measure Monstera has failed. A peer that cannot run here is only reported in its row.
  if (report.rows.some(({ group, problem }) => group === 'ours' && problem)) process.exitCode = 1;
}

await main().catch((error) => {
  console.error(error.message);
  process.exitCode = 1;
});
