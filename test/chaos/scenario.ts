import type { Verdict } from './lab/checker.js';
import type { Stage } from './lab/stage.js';
import type { Scale } from './lab/terms.js';

export interface Scenario {
  readonly name: string;
  /** What must hold, in a sentence. */
  readonly promise: string;
  /** How many faults it injects. */
  readonly faults: Record<Scale, number>;
  /** Server settings that it needs, as `name=value`. */
  readonly settings?: readonly string[];
  /** Keeps the cluster on a disk of its own in memory, of so many MiB. */
  readonly tmpfsMiB?: number;
  /** What is not judged here, each with its reason beside it: figures that may differ from 0, or the time to recover. */
  readonly exempt?: readonly (keyof Verdict | 'recovery')[];
  /** Why it cannot run on this machine, or null. */
  whyNot?(): string | null;
  run(stage: Stage): Promise<void>;
}
