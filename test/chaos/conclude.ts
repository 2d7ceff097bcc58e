import type { Stage } from './lab/stage.js';
import type { Outcome } from './outcome.js';
import type { Scenario } from './scenario.js';

const MUST_BE_ZERO = ['lost', 'unfinished', 'doublyCompleted', 'startedTooOften', 'failed', 'overlapping'] as const;
const RECOVERY_LIMIT_MS = 25_000;

/** The checks that every scenario ends with. */
export async function conclude(stage: Stage, { exempt = [] }: Scenario, outcome: Outcome): Promise<void> {
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
