export interface DecoratedMethod<T> {
  name: string | symbol;
  metadata: T;
}

/** Only a Proxy can have a longer prototype chain, possibly an endless one. */
const MAX_DEPTH = 100;

/**
 * The methods of a prototype that have the metadata of a method decorator. If a subclass overrides a method, its override
 * counts. Runs no getter. Returns an empty list for objects that cannot be read, such as a revoked Proxy.
 */
export function decoratedMethods<T>(prototype: object, key: symbol | string): DecoratedMethod<T>[] {
  try {
    return search(prototype, key);
  } catch {
    return [];
  }
}

function search<T>(prototype: object, key: symbol | string): DecoratedMethod<T>[] {
  const found: DecoratedMethod<T>[] = [];
  const seen = new Set<string | symbol>(['constructor']);
  let level: object | null = prototype;
  for (let depth = 0; depth < MAX_DEPTH && level !== null && level !== Object.prototype; depth++) {
    for (const name of Reflect.ownKeys(level)) {
      if (seen.has(name)) continue;
      seen.add(name);
      const metadata = metadataOf<T>(Reflect.getOwnPropertyDescriptor(level, name)?.value, key);
      if (metadata !== undefined) found.push({ name, metadata });
    }
    level = Reflect.getPrototypeOf(level);
  }
  return found;
}

function metadataOf<T>(method: unknown, key: symbol | string): T | undefined {
  if (typeof method !== 'function') return undefined;
  return Reflect.getOwnMetadata(key, method) as T | undefined;
}
