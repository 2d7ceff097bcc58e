import { useDatabase, type UseDatabaseOptions } from './use-database.js';
import { used, type UsedOptions } from './used.js';

interface Closable {
  close(): unknown;
}

/** What has been started, with the address of its database. */
export type Started<T> = T & { readonly url: string };

/**
 * Starts something on a database of its own before the tests of a `describe`, and closes both after them. Call it in a
 * `describe`, before other hooks. With `each`, every test gets its own.
 */
export function useStarted<T extends Closable>(
  start: (url: string) => Promise<T>,
  { each, timeoutMs, ...options }: UseDatabaseOptions & UsedOptions = {},
): Started<T> {
  const database = useDatabase({ each, ...options });
  const startHere = async () => {
    const started = await start(database.url);
    database.closeFirst(() => started.close());
    return Object.assign(started, { url: database.url });
  };
  return used(startHere, () => undefined, { each, timeoutMs });
}
