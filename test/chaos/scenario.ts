import type { Verdict } from './lab/checker.js';
import type { Stage } from './lab/stage.js';

/** `smoke` shows that the harness works, `reduced` is for every day, `full` reaches the promised counts. */
export type Scale = 'smoke' | 'reduced' | 'full';

export interface Scenario {
  readonly name: string;
  /** What must hold, in a sentence. */
  readonly promise: string;
  /** How many faults it injects. */
  readonly faults: Record<Scale, number>;
  /** Server settings that it needs, as `name=value`. */
  readonly settings?: readonly string[];
  /** Keeps everything on a disk of its own in memory, of so many MiB. */
  readonly tmpfsMiB?: number;
  /** Figures that may differ from 0 here, each with its reason beside it. */
  readonly exempt?: readonly (keyof Verdict)[];
  /** Why it cannot run on this machine, or null. */
  whyNot?(): string | null;
  run(stage: Stage): Promise<void>;
}

/** One sentence that held or did not, with what was seen. */
export interface Check {
  what: string;
  held: boolean;
  seen: string;
}
