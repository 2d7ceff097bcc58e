import type { Command } from 'commander';
import type { Output } from './output.js';
import type { Session } from './session.js';

/** What a command works with. */
export interface Call {
  session: Session;
  out: Output;
  /** Asks, unless `--yes` was given. */
  confirm: (what: string) => Promise<void>;
}

/** Connects, and runs the work of a command. It may return an exit code; 0 if not. `patient`: a statement may take long. */
export type Run = (
  command: Command,
  work: (call: Call) => Promise<number | void>,
  given?: { patient?: boolean },
) => Promise<void>;

/** What a command has before it connects. */
export type Before = (command: Command) => Pick<Call, 'out' | 'confirm'>;
