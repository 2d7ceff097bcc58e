import { useDatabase, type UseDatabaseOptions } from '../support/use-database.js';
import { startHost, type Host, type HostOptions } from './host.js';

export interface UseHostOptions extends Omit<HostOptions, 'url'>, Pick<UseDatabaseOptions, 'each'> {}

/** A `Host` that starts before the tests, with the address of its database. */
export interface UsedHost extends Host {
  readonly url: string;
}

/**
 * Starts a Nest application on a database of its own before the tests, and closes both after them. Call it in a
 * `describe`, before other hooks. With `each`, every test gets its own.
 */
export function useHost({ each = false, ...options }: UseHostOptions = {}): UsedHost {
  const database = useDatabase({ each });
  let host: Host | undefined;
  const started = () => {
    if (!host) throw new Error('The host is there in hooks and tests only');
    return host;
  };
  const before = each ? beforeEach : beforeAll;
  before(async () => {
    const starting = await startHost({ url: database.url, ...options });
    host = starting;
    database.closeFirst(() => starting.close());
  });
  return {
    get app() {
      return started().app;
    },
    get jobs() {
      return started().jobs;
    },
    get dataSource() {
      return started().dataSource;
    },
    get get() {
      return started().get;
    },
    get url() {
      return database.url;
    },
    close: () => started().close(),
  };
}
