import { summarise } from './statistics.mjs';

/** Metrics of which less is better; of all others more is. */
const LESS_IS_BETTER = new Set([
  'clientCpuMs',
  'serverCpuMs',
  'cpuMs',
  'walBytes',
  'p50Ms',
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

export const isBetter = (metric, a, b) => (LESS_IS_BETTER.has(metric) ? a < b : a > b);

/** All that was measured of one contender in one variant of a scenario: a list of rounds and their summary. */
export class Row {
  rounds = [];
  problem = null;

  constructor(scenario, variant, contender) {
    Object.assign(this, {
      scenario: scenario.name,
      variant: variant.id,
      contender: contender.id,
      name: contender.name,
    });
    Object.assign(this, { group: contender.group, store: contender.store });
  }

  /** Metrics of one round, by number: two rows' rounds of the same number ran beside each other. */
  add(round, metrics) {
    this.rounds.push({ round, ...metrics });
  }

  toJSON() {
    return { ...this, summary: this.summary() };
  }

  summary() {
    const metrics = new Set(this.rounds.flatMap((round) => Object.keys(round)));
    const numbers = [...metrics].filter((metric) => metric !== 'round' && metric !== 'curve');
    return Object.fromEntries(numbers.map((metric) => [metric, this.of(metric)]));
  }

  of(metric) {
    return summarise(this.rounds.map((round) => round[metric]));
  }
}

/** The row with the best median, or undefined. */
export function bestRow(rows, metric) {
  const measured = rows.filter((row) => row.of(metric) !== null);
  return measured.reduce((best, row) => {
    if (best === undefined) return row;
    return isBetter(metric, row.of(metric).median, best.of(metric).median) ? row : best;
  }, undefined);
}
