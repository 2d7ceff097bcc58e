import { findContenders } from './contenders.mjs';
import { Row } from './report/rows.mjs';

/** Lists the rows of the run in the order of the tables. A row is one contender in one variant of a scenario. */
export function planRows(options, whyNot) {
  return options.scenarios.flatMap((scenario) =>
    scenario.variants(options).flatMap((variant) =>
      contendersOf(scenario, variant, options).map((contender) => {
        return { row: newRow(scenario, variant, contender, whyNot(contender)), scenario, variant, contender };
      }),
    ),
  );
}

function newRow(scenario, variant, { id, name, group, store }, reason) {
  const problem = reason && `not run: ${reason}`;
  return new Row({ scenario: scenario.name, variant: variant.id, contender: id, name, group, store, problem });
}

function contendersOf(scenario, variant, { contenders }) {
  const named = contenders !== undefined;
  const candidates = contenders ?? findContenders(scenario.contenders);
  return candidates.filter((contender) => scenario.accepts(contender, variant, { named }));
}

/**
 * Measures everything once. Each round rotates the order within a variant by one, so that no contender always comes first
 * or always follows the same one.
 */
export async function measureRound(lab, planned, round, options, tell) {
  for (const { row, scenario, variant, contender } of rotate(planned, round)) {
    if (options.interrupted.aborted) return;
    if (row.problem) continue;
    tell(`round ${round}/${options.runs}  ${scenario.name}  ${variant.id}  ${contender.name}`);
    try {
      const { timeline: _, ...metrics } = await scenario.measure(lab, contender, variant, options);
      row.add(round, metrics);
    } catch (/** @type {any} */ error) {
      if (options.interrupted.aborted) return;
      row.problem = `failed: ${error.message.split('\n')[0]}`;
      console.error(`\n${scenario.name}, ${variant.id}, ${contender.name}:`, error);
    }
  }
}

function rotate(planned, round) {
  const variants = new Map();
  for (const entry of planned) {
    const key = `${entry.row.scenario} ${entry.row.variant}`;
    variants.set(key, [...(variants.get(key) ?? []), entry]);
  }
  return [...variants.values()].flatMap((entries) => {
    const by = (round - 1) % entries.length;
    return [...entries.slice(by), ...entries.slice(0, by)];
  });
}
