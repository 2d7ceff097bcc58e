import type { UseDatabaseOptions } from '../support/use-database.js';
import { useStarted, type Started } from '../support/use-started.js';
import { startHost, type Host, type HostOptions } from './host.js';

export interface UseHostOptions extends Omit<HostOptions, 'url'>, Pick<UseDatabaseOptions, 'each'> {}

/**
 * Starts a Nest application on a database of its own before the tests, and closes both after them. Call it in a
 * `describe`, before other hooks. With `each`, every test gets its own.
 */
export function useHost({ each, ...options }: UseHostOptions = {}): Started<Host> {
  return useStarted((url) => startHost({ url, ...options }), { each });
}
