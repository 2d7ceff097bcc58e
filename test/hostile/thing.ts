/** Something that user code may throw, return or hand over; made anew for each use. */
export interface Thing {
  name: string;
  make: () => unknown;
  /** True if it is refused, or adopted, when a promise is resolved with it: then it may be a result or an error. */
  touchy?: boolean;
}

export const thing = (name: string, make: () => unknown, touchy?: boolean): Thing => ({ name, make, touchy });

/** What every trap and getter here throws. */
export class Trap extends Error {
  override readonly name = 'Trap';
}

export function trap(where: string): never {
  throw new Trap(`thrown by ${where}`);
}

/** Throws any value at all, as user code in JavaScript may. */
export function raise(value: unknown): never {
  throw value as Error;
}

/** Rejects with any value at all. */
export const rejectWith = (value: unknown): Promise<never> => Promise.reject(value);

/** An object of which reading `key` throws. */
export function withTrap<T extends object>(target: T, key: PropertyKey): T {
  return Object.defineProperty(target, key, { enumerable: true, get: () => trap(`the getter ${String(key)}`) });
}

export const TRAPS = ['get', 'has', 'ownKeys', 'getPrototypeOf', 'getOwnPropertyDescriptor'] as const;
export type TrapName = (typeof TRAPS)[number];

export function trapProxy(target: object, names: readonly TrapName[]): object {
  return new Proxy(target, Object.fromEntries(names.map((name) => [name, () => trap(`the trap ${name}`)])));
}

export function revoked(target: object): object {
  const { proxy, revoke } = Proxy.revocable(target, {});
  revoke();
  return proxy;
}

export function nested(depth: number, wrap: (inner: unknown) => unknown, inner: unknown): unknown {
  let value = inner;
  for (let level = 0; level < depth; level++) value = wrap(value);
  return value;
}
