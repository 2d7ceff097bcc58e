import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Plan } from './lab/plan.js';
import { Stage } from './lab/stage.js';
import type { Recovery, Verdict } from './lab/checker.js';
import type { Options } from './options.js';
import type { Check } from './lab/terms.js';
import type { Scenario } from './scenario.js';

/** What became of one scenario. */
export interface Outcome {
  scenario: string;
  promise: string;
  result: 'kept' | 'broken' | 'not run';
  /** Why it was not run. */
  why?: string;
  seconds: number;
  verdict: Verdict | null;
  recovery: Recovery | null;
  faults: Record<string, number>;
  checks: Check[];
  figures: Record<string, number>;
  /** Of the harness and of processes that ended by themselves. */
  errors: string[];
}

export interface Performance {
  options: Options;
  tell: (line: string) => void;
  /** Fires when the run is broken off. */
  signal: AbortSignal;
  /** Called with what has to be ended should the process have to end at once. */
  onStage: (stage: Stage | null) => void;
}

const MUST_BE_ZERO = ['lost', 'unfinished', 'doublyCompleted', 'startedTooOften', 'failed', 'overlapping'] as const;
const RECOVERY_LIMIT_MS = 25_000;

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
  const folder = await mkdtemp(join(options.data, `monstera-chaos-${scenario.name}-`));
  // The server may run as another user than this process, and has to reach its files.
  await chmod(folder, 0o755);
  const timeout = AbortSignal.timeout(options.minutes * 60_000);
  const stage = await Stage.open({
    folder,
    plan: new Plan(options.seed, scenario.name),
    scale: options.scale,
    faults: options.faults ?? scenario.faults[options.scale],
    settings: scenario.settings ?? [],
    tmpfsMiB: scenario.tmpfsMiB,
    tell: (line) => run.tell(`${scenario.name}: ${line}`),
    signal: AbortSignal.any([run.signal, timeout]),
  });
  run.onStage(stage);
  try {
    await scenario.run(stage);
    await conclude(stage, scenario, outcome);
  } catch (error) {
    outcome.errors.push(
      timeout.aborted ? `not done within ${options.minutes} minutes` : String((error as Error).stack),
    );
  } finally {
    Object.assign(outcome, { faults: stage.injected, checks: stage.checks, figures: stage.figures });
    await stage.close();
    run.onStage(null);
    if (options.keep) run.tell(`${scenario.name}: its files are in ${folder}`);
    else await rm(folder, { recursive: true, force: true });
  }
}

/** The checks that every scenario ends with. */
async function conclude(stage: Stage, { exempt = [] }: Scenario, outcome: Outcome): Promise<void> {
  const { verdict, recovery } = await stage.judge();
  Object.assign(outcome, { verdict, recovery });
  for (const name of MUST_BE_ZERO.filter((figure) => !exempt.includes(figure)))
    stage.check(`${name}: 0`, verdict[name] === 0, verdict[name]);
  const { p99, neverAgain, stranded } = recovery;
  if (stage.injected['SIGKILL']) stage.check('kills took running jobs along', stranded > 0, stranded);
  stage.check('every job of a killed worker started again', neverAgain === 0, `${neverAgain} did not`);
  if (p99 !== null && !exempt.includes('recovery'))
    stage.check(
      'started again within 25 s of the kill (p99)',
      p99 <= RECOVERY_LIMIT_MS,
      `${(p99 / 1_000).toFixed(1)} s`,
    );
  const happened = Object.values(stage.injected).reduce((sum, count) => sum + count, 0);
  stage.check(`at least ${stage.faults} faults happened`, happened >= stage.faults, happened);
  const deadlocks = await stage.cluster.deadlocks();
  stage.check('no deadlock in the server’s log', deadlocks === 0, deadlocks);
  outcome.errors.push(...stage.fleet.deserters);
}

function emptyOutcome({ name, promise }: Scenario): Outcome {
  return {
    scenario: name,
    promise,
    result: 'kept',
    seconds: 0,
    verdict: null,
    recovery: null,
    faults: {},
    checks: [],
    figures: {},
    errors: [],
  };
}
