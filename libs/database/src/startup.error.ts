export interface StartupErrorParts {
  /** Stable, the same in logs and documentation. */
  code: string;
  /** What is wrong, and where. */
  what: string;
  /** How to mend it, as a command to run where there is one. */
  fix?: string;
  cause?: unknown;
}

/** The application cannot start. The message is meant to be printed as it is, without a stack trace. */
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
