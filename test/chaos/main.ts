import { interruption } from '../lab/interruption.js';
import { clearLine, tell } from '../lab/progress-line.js';
import { readOptions, USAGE, type Options } from './options.js';
import type { Stage } from './lab/stage.js';
import type { Outcome } from './outcome.js';
import { perform } from './perform.js';
import { table, writeReport } from './report.js';

/** Runs what the arguments ask for; answers the exit code. */
export async function main(argv: string[]): Promise<number> {
  const options = readOptions(argv);
  if (options.help) console.log(USAGE);
  if (options.help) return 0;
  console.log(`Seed ${options.seed}, ${options.scale} counts`);
  const outcomes = await performAll(options, interruption(), abandonAtExit());
  tell('');
  console.log(table(outcomes));
  return exitCode(outcomes);
}

async function performAll(options: Options, signal: AbortSignal, onStage: (stage: Stage | null) => void) {
  const outcomes: Outcome[] = [];
  for (const scenario of options.scenarios) {
    const outcome = await perform(scenario, { options, tell, signal, onStage });
    outcomes.push(outcome);
    await writeReport(options, outcomes);
    console.error(`${clearLine}${scenario.name}: ${outcome.result} after ${outcome.seconds.toFixed(0)} s`);
  }
  return outcomes;
}

/** 1: a promise broke. 2: nothing broke, but nothing that was asked for could run. */
function exitCode(outcomes: readonly Outcome[]): number {
  if (outcomes.some(({ result }) => result === 'broken')) return 1;
  return outcomes.every(({ result }) => result === 'not run') ? 2 : 0;
}

/** Whatever ends the process, no child and no files stay. */
function abandonAtExit() {
  let current: Stage | null = null;
  process.on('exit', () => current?.abandon());
  return (stage: Stage | null) => (current = stage);
}
