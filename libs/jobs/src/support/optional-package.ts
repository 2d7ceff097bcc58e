const MISSING = ['ERR_MODULE_NOT_FOUND', 'MODULE_NOT_FOUND'];

/**
 * For the `catch` of an `import()` of an optional package. Returns null if the package is not installed, and throws the
 * error if it cannot be loaded. Write the `import()` in a `try` where it is used: bundlers then know that the package
 * may be missing.
 */
export function nullIfMissing(name: string, error: unknown): null {
  const { code, message } = error as NodeJS.ErrnoException;
  if (MISSING.includes(code ?? '') && message.includes(name)) return null;
  throw error;
}
