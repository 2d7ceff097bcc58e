import { bestRow } from './rows.mjs';
import { summarise } from './statistics.mjs';

/** Named groups of opponents in comparisons. Any other name is the id of a contender. */
const OPPONENTS = {
  'best peer': ({ group }) => group === 'peer',
  'best PostgreSQL peer': ({ group, store }) => group === 'peer' && store === 'postgres',
  'best bare': ({ group }) => group === 'bare',
};

/**
 * Compares the measured rows with the scenario's goals. With `over`, the figure is the ratio to the opponent with the best
 * median, paired by round. Without it, it is the metric itself.
 */
export function compareWithGoals(scenario, rows) {
  return scenario.comparisons.flatMap((comparison) => {
    const { metric, of, over } = comparison;
    const row = find(rows, scenario, of, metric);
    const opponent = over && find(rows, scenario, over, metric);
    if (!row || (over && !opponent)) return [];
    const values = over ? row.ratiosTo(opponent, metric) : row.rounds.map((round) => round[metric]);
    const summary = summarise(values);
    if (!summary) return [];
    return [{ ...describe(scenario, comparison, opponent), values, ...summary, verdict: judge(summary, comparison) }];
  });
}

/**
 * The ratios of each row's first metric to those of the best peer, of the best bare row and of each earlier checkout, in
 * the same variant.
 */
export function relate(scenario, rows) {
  const [metric] = scenario.columns;
  const measured = rows.filter((row) => row.scenario === scenario.name && row.of(metric));
  const checkouts = new Set(measured.filter(({ group }) => group === 'before').map(({ contender }) => contender));
  return measured.flatMap((row) =>
    ['best peer', 'best bare', ...checkouts].flatMap((over) => {
      const opponent = find(rows, scenario, { contender: over, variant: row.variant }, metric);
      const summary = opponent && summarise(row.ratiosTo(opponent, metric));
      if (!summary) return [];
      return [{ scenario: scenario.name, variant: row.variant, contender: row.contender, metric, over, ...summary }];
    }),
  );
}

function find(rows, scenario, { contender, variant }, metric) {
  const isWanted = OPPONENTS[contender] ?? (({ contender: id }) => id === contender);
  const there = rows.filter((row) => row.scenario === scenario.name && row.variant === variant && isWanted(row));
  return bestRow(there, metric);
}

function describe(scenario, { metric, of, over, atLeast, atMost, floor }, opponent) {
  const versus = over && (over.variant === of.variant ? over.contender : over.variant);
  return {
    scenario: scenario.name,
    variant: of.variant,
    metric,
    of: of.contender,
    over: versus,
    opponent: opponent && OPPONENTS[over.contender] ? opponent.contender : undefined,
    atLeast,
    atMost,
    floor,
  };
}

/** `open`: the goal is within the range of the rounds, so more rounds are needed. */
function judge(summary, { atLeast, atMost }) {
  if (atLeast === undefined && atMost === undefined) return null;
  const holds = (value) => (atLeast === undefined || value >= atLeast) && (atMost === undefined || value <= atMost);
  if (holds(summary.min) && holds(summary.max)) return 'met';
  return holds(summary.min) || holds(summary.max) ? 'open' : 'missed';
}
