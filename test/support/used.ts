export interface UsedOptions {
  /** A new one for each test. Default: one for all tests of the `describe`. */
  each?: boolean;
  /** How long it may take to make, in milliseconds. Default: as long as a test. */
  timeoutMs?: number;
}

/**
 * Makes something before the tests of a `describe`, and ends it after them. What is read of the answer, is read of what has
 * been made. Call it in a `describe`, before other hooks; Jest ends first what was asked for first.
 */
export function used<T extends object>(
  make: () => Promise<T>,
  end: (made: T) => unknown,
  { each = false, timeoutMs }: UsedOptions = {},
): T {
  const [before, after] = each ? [beforeEach, afterEach] : [beforeAll, afterAll];
  let made: T | undefined;
  const present = () => {
    if (!made) throw new Error('It is there in hooks and tests only');
    return made;
  };
  before(async () => {
    made = await make();
  }, timeoutMs);
  after(async () => {
    const ending = made;
    made = undefined;
    if (ending) await end(ending);
  });
  return new Proxy({} as T, {
    get: (_, key) => Reflect.get(present(), key) as unknown,
    set: (_, key, value) => Reflect.set(present(), key, value),
  });
}
