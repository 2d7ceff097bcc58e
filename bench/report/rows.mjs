import { summarise } from './statistics.mjs';

/** Metrics for which less is better. For all others, more is better. */
const LESS_IS_BETTER = new Set([
  'clientCpuMs',
  'serverCpuMs',
  'cpuMs',
  'walBytes',
  'p50Ms',
  'p95Ms',
  'p99Ms',
  'maxMs',
  'startMs',
  'deadlocks',
  'statementsPerSecond',
  'clientCpuPercent',
  'serverCpuPercent',
  'peakMb',
  'slopeMb',
]);

/** The rounds of one contender in one variant of a scenario, and their summary. */
export class Row {
  /** @type {({ round: number } & Record<string, number>)[]} */
  rounds;
  /** Why there are no rounds, or null. */
  problem;

  constructor({ scenario, variant, contender, name, group, store, rounds = [], problem = null }) {
    this.scenario = scenario;
    this.variant = variant;
    this.contender = contender;
    this.name = name;
    this.group = group;
    this.store = store;
    this.rounds = rounds;
    this.problem = problem;
  }

  /** Adds the metrics of a round. Rounds of different rows with the same number were measured side by side. */
  add(round, metrics) {
    this.rounds.push({ round, ...metrics });
  }

  of(metric) {
    return summarise(this.rounds.map((round) => round[metric]));
  }

  /** The ratio of this row's metric to the other row's, for each round that has both. */
  ratiosTo(other, metric) {
    const beside = new Map(other.rounds.map((round) => [round.round, round[metric]]));
    const both = this.rounds.filter(({ round }) => beside.has(round));
    return both.map((round) => round[metric] / beside.get(round.round));
  }

  toJSON() {
    const { scenario, variant, contender, name, group, store, rounds, problem } = this;
    const numbers = Object.keys(rounds[0] ?? {}).filter((metric) => this.of(metric) && metric !== 'round');
    const summary = Object.fromEntries(numbers.map((metric) => [metric, this.of(metric)]));
    return { scenario, variant, contender, name, group, store, summary, rounds, problem };
  }
}

/** The row with the best median, or undefined. */
export function bestRow(rows, metric) {
  const sign = LESS_IS_BETTER.has(metric) ? -1 : 1;
  const medianOf = (row) => row.of(metric).median * sign;
  const measured = rows.filter((row) => row.of(metric) !== null);
  return measured.toSorted((a, b) => medianOf(b) - medianOf(a)).at(0);
}
