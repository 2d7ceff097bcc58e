import type { Scenario } from '../scenario.js';
import { kill } from './kill.js';

/** In the order in which `--all` runs them. */
export const SCENARIOS: readonly Scenario[] = [kill];
