/** SQLSTATE classes and codes after which the same statement may well succeed: connection, shutdown, locks, resources. */
const TRANSIENT = [/^08/, /^57P0[1-5]$/, /^53/, /^40001$/, /^40P01$/, /^55P03$/, /^57014$/, /^25006$/, /^58/];
/** The statement's own data is at fault: trying again cannot help. */
const DATA = [/^22/, /^23/];

interface DatabaseErrorParts {
  code?: unknown;
  driverError?: { code?: unknown };
}

/** SQLSTATE, or Node's code such as ECONNREFUSED, or an empty text. */
export function databaseErrorCode(error: unknown): string {
  const { code, driverError } = (error ?? {}) as DatabaseErrorParts;
  const found = code ?? driverError?.code;
  return typeof found === 'string' ? found : '';
}

export function isDataError(error: unknown): boolean {
  return DATA.some((pattern) => pattern.test(databaseErrorCode(error)));
}

/** Errors without an SQLSTATE come from the socket or the pool, and are transient too. */
export function isTransientDatabaseError(error: unknown): boolean {
  const code = databaseErrorCode(error);
  return !/^[0-9A-Z]{5}$/.test(code) || TRANSIENT.some((pattern) => pattern.test(code));
}
