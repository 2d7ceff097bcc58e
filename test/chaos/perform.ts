import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Plan } from './lab/plan.js';
import { Stage } from './lab/stage.js';
import { conclude } from './conclude.js';
import type { Options } from './options.js';
import { emptyOutcome, type Outcome } from './outcome.js';
import type { Scenario } from './scenario.js';

export interface Performance {
  options: Options;
  tell: (line: string) => void;
  /** Fires when the run is broken off. */
  signal: AbortSignal;
  /** Called with what has to be ended should the process have to end at once. */
  onStage: (stage: Stage | null) => void;
}

/** Runs one scenario from an empty cluster to its verdict. Throws only when the run is broken off. */
export async function perform(scenario: Scenario, run: Performance): Promise<Outcome> {
  const outcome = emptyOutcome(scenario);
  const why = scenario.whyNot?.() ?? null;
  if (why !== null) return { ...outcome, result: 'not run', why };
  const startedMs = performance.now();
  await play(scenario, run, outcome);
  run.signal.throwIfAborted();
  outcome.seconds = (performance.now() - startedMs) / 1_000;
  outcome.result = outcome.errors.length > 0 || outcome.checks.some(({ held }) => !held) ? 'broken' : 'kept';
  return outcome;
}

async function play(scenario: Scenario, run: Performance, outcome: Outcome): Promise<void> {
  const { options } = run;
  const folder = await makeFolder(options.data, scenario.name);
  const timeout = AbortSignal.timeout(options.minutes * 60_000);
  const stage = await openStage(scenario, run, folder, timeout);
  run.onStage(stage);
  try {
    await scenario.run(stage);
    await conclude(stage, scenario, outcome);
  } catch (error) {
    const late = `not done within ${options.minutes} minutes`;
    outcome.errors.push(timeout.aborted ? late : String((error as Error).stack));
  } finally {
    Object.assign(outcome, { faults: stage.injected, checks: stage.checks, figures: stage.figures });
    await stage.close();
    run.onStage(null);
    if (options.keep) run.tell(`${scenario.name}: its files are in ${folder}`);
    else await rm(folder, { recursive: true, force: true });
  }
}

/** The server may run as another user than this process, and has to reach its files. */
async function makeFolder(data: string, scenario: string): Promise<string> {
  const folder = await mkdtemp(join(data, `monstera-chaos-${scenario}-`));
  await chmod(folder, 0o755);
  return folder;
}

function openStage(scenario: Scenario, run: Performance, folder: string, timeout: AbortSignal): Promise<Stage> {
  const { options } = run;
  return Stage.open({
    folder,
    plan: new Plan(options.seed, scenario.name),
    scale: options.scale,
    faults: options.faults ?? scenario.faults[options.scale],
    settings: scenario.settings ?? [],
    tmpfsMiB: scenario.tmpfsMiB,
    tell: (line) => run.tell(`${scenario.name}: ${line}`),
    signal: AbortSignal.any([run.signal, timeout]),
  });
}
