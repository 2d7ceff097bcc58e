export interface StartupErrorParts {
  /** Stable code, the same in logs and documentation. */
  code: string;
  /** What is wrong, and where. */
  what: string;
  /** How to fix it, as a command if there is one. */
  fix?: string;
  cause?: unknown;
}

/** The application cannot start. Print the message without a stack trace. */
export class StartupError extends Error {
  override readonly name = 'StartupError';
  readonly code: string;
  readonly fix?: string;

  constructor({ code, what, fix, cause }: StartupErrorParts) {
    super(`${code}: ${what}${fix ? `\n  ${fix}` : ''}`, { cause });
    this.code = code;
    this.fix = fix;
  }
}
