import { readOptions, USAGE, type Options } from './options.js';
import type { Stage } from './lab/stage.js';
import type { Outcome } from './outcome.js';
import { perform } from './perform.js';
import { table, writeReport } from './report.js';

const clearLine = process.stderr.isTTY ? '\r\x1b[2K' : '';
const endLine = process.stderr.isTTY ? '' : '\n';
const tell = (line: string) => process.stderr.write(`${clearLine}${line}${endLine}`);

/** Runs what the arguments ask for; answers the exit code. */
export async function main(argv: string[]): Promise<number> {
  const options = readOptions(argv);
  if (options.help) console.log(USAGE);
  if (options.help) return 0;
  const { signal, onStage } = breakOffOnSignals();
  console.log(`Seed ${options.seed}, ${options.scale} counts`);
  const outcomes = await performAll(options, signal, onStage);
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

/** Ctrl-C leaves no process and no files behind; a second one does not wait for that. */
function breakOffOnSignals() {
  let current: Stage | null = null;
  const breaking = new AbortController();
  const stop = () => {
    if (breaking.signal.aborted) process.exit(130);
    breaking.abort(new Error('broken off'));
  };
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, stop);
  process.on('exit', () => current?.abandon());
  return { signal: breaking.signal, onStage: (stage: Stage | null) => (current = stage) };
}
