import { bestRow } from './rows.mjs';
import { summarise } from './statistics.mjs';

/** Who a comparison may be made with, by name; any other name is the id of one contender. */
const OPPONENTS = {
  'best peer': ({ group }) => group === 'peer',
  'best PostgreSQL peer': ({ group, store }) => group === 'peer' && store === 'postgres',
  'best bare': ({ group }) => group === 'bare',
};

/**
 * The scenario's goals as far as their rows were measured. With `over` it is a ratio, paired round by round with the
 * opponent that has the best median; without it the figure itself.
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

/** The first figure of each row over that of the best peer, and of the best bare row, of the same variant. */
export function relate(scenario, rows) {
  const [metric] = scenario.columns;
  const measured = rows.filter((row) => row.scenario === scenario.name && row.of(metric));
  return measured.flatMap((row) =>
    ['best peer', 'best bare'].flatMap((over) => {
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

/** `open`: the goal lies inside the range of the rounds, so that more of them are needed. */
function judge(summary, { atLeast, atMost }) {
  if (atLeast === undefined && atMost === undefined) return null;
  const holds = (value) => (atLeast === undefined || value >= atLeast) && (atMost === undefined || value <= atMost);
  if (holds(summary.min) && holds(summary.max)) return 'met';
  return holds(summary.min) || holds(summary.max) ? 'open' : 'missed';
}
