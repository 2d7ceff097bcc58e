const MISSING = ['ERR_MODULE_NOT_FOUND', 'MODULE_NOT_FOUND'];

/**
 * For the catch of an `import()` of a package that the application need not have: null if it is not installed, and the
 * error itself if it is but cannot be loaded. The `import()` stands in a `try` where it is needed, which tells bundlers
 * that the package may be missing.
 */
export function nullIfMissing(name: string, error: unknown): null {
  const { code, message } = error as NodeJS.ErrnoException;
  if (MISSING.includes(code ?? '') && message.includes(name)) return null;
  throw error;
}
