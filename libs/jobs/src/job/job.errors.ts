export interface JobsErrorParts {
  /** A stable code, the same in logs, HTTP answers and the command line. */
  code: string;
  /** What is wrong, with the name of the field or the place. */
  what: string;
  /** How to fix it. */
  fix?: string;
  /** The parts of a larger error, one line each, such as all invalid fields of a payload. */
  issues?: JobsErrorIssue[];
  cause?: unknown;
}

export interface JobsErrorIssue {
  path: string;
  message: string;
}

/** Base of every error that this library throws: a stable `code`, what is wrong, where, and how to fix it. */
export class JobsError extends Error {
  readonly code: string;
  readonly what: string;
  readonly fix?: string;
  readonly issues: JobsErrorIssue[];

  constructor({ code, what, fix, issues = [], cause }: JobsErrorParts) {
    const details = issues.map(({ path, message }) => `\n  - ${path}: ${message}`).join('');
    super(`${code}: ${what}${details}${fix ? `\n  ${fix}` : ''}`, { cause });
    this.name = new.target.name;
    this.code = code;
    this.what = what;
    this.fix = fix;
    this.issues = issues;
  }
}

/** The module's set-up is wrong. Thrown while the application boots. */
export class JobsConfigurationError extends JobsError {}

/** How to fix a payload, by the kind of fault. */
const PAYLOAD_FIXES = {
  JOBS_INVALID_PAYLOAD: "Correct the fields above. They must match the schema of the type's definition.",
  JOBS_PAYLOAD_NOT_JSON: 'Enqueue plain JSON: null, booleans, texts, finite numbers, lists and plain objects.',
  JOBS_PAYLOAD_TOO_LARGE: 'Keep the data elsewhere and enqueue its key, or raise maxPayloadBytes of JobsModule.',
};

/** The payload does not match the definition's schema, or JSON cannot hold it. Nothing was written. */
export class InvalidPayloadError extends JobsError {
  constructor(type: string, issues: JobsErrorIssue[], code: keyof typeof PAYLOAD_FIXES = 'JOBS_INVALID_PAYLOAD') {
    super({ code, what: `The payload of job "${type}" is not valid.`, issues, fix: PAYLOAD_FIXES[code] });
  }
}

/** An option of a call, such as the delay or the priority, is not valid. Nothing was written. */
export class InvalidJobOptionError extends JobsError {
  constructor(
    path: string,
    message: string,
    fix = 'Use an allowed value, or omit the option to get its default.',
    others: JobsErrorIssue[] = [],
  ) {
    const issues = [{ path, message }, ...others];
    super({ code: 'JOBS_INVALID_OPTION', what: `An option is not valid.`, issues, fix });
  }
}

/** How many types an error lists. */
const MAX_TYPES = 20;

function namesIn(known: readonly string[]): string {
  const rest = known.length - MAX_TYPES;
  if (rest <= 0) return known.join(', ') || 'none';
  return `${known.slice(0, MAX_TYPES).join(', ')} and ${rest} more`;
}

/** This process knows no definition with this type. */
export class UnknownJobTypeError extends JobsError {
  constructor(type: string, known: readonly string[]) {
    super({
      code: 'JOBS_UNKNOWN_TYPE',
      what: `No job type "${type}" is known here. Known: ${namesIn(known)}.`,
      fix: 'Give a provider @ProcessesJob(definition), or list the definition in JobsModule.forRoot({ definitions }).',
    });
  }
}

export class JobNotFoundError extends JobsError {
  constructor(id: string) {
    super({
      code: 'JOBS_NOT_FOUND',
      what: `There is no job "${id}".`,
      fix: 'Check the id. Finished jobs are pruned after their retention.',
    });
  }
}

/** The job's status does not allow the call, such as cancelling a finished job. */
export class JobConflictError extends JobsError {}

/** The longest delay that a thrown error can ask for, in milliseconds: 366 days. */
export const MAX_ERROR_DELAY_MS = 366 * 86_400_000;

/** Whether a thrown error can ask for this delay: milliseconds from 0 to `MAX_ERROR_DELAY_MS`. */
export function isErrorDelay(value: unknown): value is number {
  return typeof value === 'number' && value >= 0 && value <= MAX_ERROR_DELAY_MS;
}

/** Throw it from a processor if running again cannot help. The job fails at once, whatever attempts are left. */
export class PermanentJobError extends Error {
  override readonly name = 'PermanentJobError';
}

/**
 * Throw it from a processor to run again after exactly `retryAfterMs` milliseconds. It uses an attempt. Throws
 * `InvalidJobOptionError` unless `retryAfterMs` is a number from 0 to 366 days.
 */
export class RetryJobError extends Error {
  override readonly name = 'RetryJobError';

  constructor(
    message: string,
    readonly retryAfterMs: number,
    options?: ErrorOptions,
  ) {
    super(message, options);
    requireErrorDelay('RetryJobError: retryAfterMs', retryAfterMs);
  }
}

/**
 * Throw it from a processor to run again after `delayMs` milliseconds without using an attempt. Throws
 * `InvalidJobOptionError` unless `delayMs` is a number from 0 to 366 days.
 */
export class SnoozeJobError extends Error {
  override readonly name: string = 'SnoozeJobError';

  constructor(readonly delayMs: number) {
    super(`Snoozed for ${delayMs} ms`);
    requireErrorDelay('SnoozeJobError: delayMs', delayMs);
  }
}

function requireErrorDelay(path: string, value: unknown): void {
  if (isErrorDelay(value)) return;
  const message = `is ${String(value)}; must be a number of milliseconds from 0 to ${MAX_ERROR_DELAY_MS} (366 days)`;
  throw new InvalidJobOptionError(path, message, 'For a date, pass the milliseconds until then.');
}

/** Why the `AbortSignal` of a running job fired. It is the signal's `reason`. */
export type AbortCause = 'timeout' | 'cancelled' | 'shutdown' | 'lease-lost';

export class JobAbortedError extends Error {
  override readonly name = 'JobAbortedError';

  constructor(
    readonly code: AbortCause,
    message: string,
  ) {
    super(message);
  }
}

/** The same symbol in every copy of this package that a process has loaded. */
const brandOf = (name: string): symbol => Symbol.for(`@monstera/jobs:${name}`);

/**
 * An application can load this package twice, in two versions or as CommonJS and ESM. An error of one copy must mean
 * the same to the other, so `instanceof` also accepts any object with the class's brand. Subclasses are checked as
 * usual.
 */
export function recogniseAcrossCopies(errors: Record<string, new (...args: never[]) => Error>): void {
  for (const [name, constructor] of Object.entries(errors)) {
    const brand = brandOf(name);
    Object.defineProperty(constructor.prototype, brand, { value: true });
    Object.defineProperty(constructor, Symbol.hasInstance, {
      value(this: unknown, value: unknown): boolean {
        if (Function.prototype[Symbol.hasInstance].call(this, value)) return true;
        return this === constructor && typeof value === 'object' && value !== null && brand in value;
      },
    });
  }
}

recogniseAcrossCopies({
  JobsError,
  JobsConfigurationError,
  InvalidPayloadError,
  InvalidJobOptionError,
  UnknownJobTypeError,
  JobNotFoundError,
  JobConflictError,
  PermanentJobError,
  RetryJobError,
  SnoozeJobError,
  JobAbortedError,
});
