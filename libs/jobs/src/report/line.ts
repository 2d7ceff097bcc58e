export type Level = 'error' | 'warn' | 'log' | 'debug';

/** One line of the log: its level, its text, and what the logger takes after the text. */
export interface Line {
  readonly level: Level;
  readonly text: string;
  /** A stack, or facts for structured logs. */
  readonly more?: unknown;
}

export const error = (text: string, more?: unknown): Line => ({ level: 'error', text, more });
export const warn = (text: string, more?: unknown): Line => ({ level: 'warn', text, more });
export const info = (text: string, more?: unknown): Line => ({ level: 'log', text, more });
export const debug = (text: string, more?: unknown): Line => ({ level: 'debug', text, more });
