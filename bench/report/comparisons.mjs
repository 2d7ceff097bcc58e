import { bestRow } from './rows.mjs';
import { summarise } from './statistics.mjs';

/** Who a comparison may be made with, by name; any other name is the id of one contender. */
const OPPONENTS = {
  'fastest peer': ({ group }) => group === 'peer',
  'fastest PostgreSQL peer': ({ group, store }) => group === 'peer' && store === 'postgres',
  bare: ({ group }) => group === 'bare',
};

/**
 * The scenario's comparisons as far as their rows were measured. With `over` it is a ratio, paired round by round with
 * the opponent that has the best median; without it the figure itself.
 */
export function compare(scenario, rows) {
  return scenario.comparisons.flatMap((comparison) => {
    const { metric, of, over } = comparison;
    const row = find(rows, scenario, of, metric);
    const opponent = over && find(rows, scenario, over, metric);
    if (!row || (over && !opponent)) return [];
    const values = over ? ratios(row, opponent, metric) : row.rounds.map((round) => round[metric]);
    const summary = summarise(values);
    return summary
      ? [{ ...describe(scenario, comparison, opponent), values, ...summary, verdict: judge(summary, comparison) }]
      : [];
  });
}

function find(rows, scenario, { contender, variant }, metric) {
  const isWanted = OPPONENTS[contender] ?? (({ contender: id }) => id === contender);
  const there = rows.filter((row) => row.scenario === scenario.name && row.variant === variant && isWanted(row));
  return bestRow(there, metric);
}

function ratios(row, opponent, metric) {
  const beside = new Map(opponent.rounds.map((round) => [round.round, round[metric]]));
  return row.rounds.filter(({ round }) => beside.has(round)).map((round) => round[metric] / beside.get(round.round));
}

function describe(scenario, { metric, of, over, min, max, floor }, opponent) {
  const versus = over && (over.variant === of.variant ? over.contender : over.variant);
  const named = opponent && OPPONENTS[over.contender] ? { opponent: opponent.contender } : {};
  return {
    scenario: scenario.name,
    variant: of.variant,
    metric,
    of: of.contender,
    over: versus,
    ...named,
    min,
    max,
    floor,
  };
}

/** `open`: the goal lies inside the range of the rounds, so that more of them are needed. */
function judge(summary, { min, max }) {
  if (min === undefined && max === undefined) return null;
  const holds = (value) => (min === undefined || value >= min) && (max === undefined || value <= max);
  if (holds(summary.min) && holds(summary.max)) return 'met';
  return holds(summary.min) || holds(summary.max) ? 'open' : 'missed';
}
