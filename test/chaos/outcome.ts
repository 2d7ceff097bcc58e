import type { Recovery, Verdict } from './lab/checker.js';
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

export function emptyOutcome({ name, promise }: Scenario): Outcome {
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
