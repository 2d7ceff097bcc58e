import type pg from 'pg';
import { useDatabase, type UseDatabaseOptions } from '../support/use-database.js';
import { commandOn, type Answer } from './command.js';

export interface UseCommandOptions extends UseDatabaseOptions {
  /** Called with all that a command has written. */
  onAnswer?: (answer: Answer) => void;
  /** The id of a worker that is a row and no process. It renews its lease while the tests run, however slow they are. */
  alive?: string;
}

/** Commands on a database of the tests of a `describe`, and a connection to look at it. */
export interface UsedCommand extends ReturnType<typeof commandOn> {
  readonly url: string;
  readonly client: pg.Client;
}

const RENEW_MS = 1_000;

const renew = (client: pg.Client, id: string) =>
  client.query('update job_workers set last_seen_at = now() where id = $1', [id]);

/** Makes a database before the tests and drops it after them. Call it in a `describe`, before other hooks. */
export function useCommand({ onAnswer, alive, ...options }: UseCommandOptions = {}): UsedCommand {
  const database = useDatabase(options);
  let client: pg.Client;
  const before = options.each ? beforeEach : beforeAll;
  before(async () => {
    const renewing = alive && setInterval(() => void renew(client, alive), RENEW_MS);
    database.closeFirst(() => clearInterval(renewing));
    client = await database.connect();
  });
  const command = () => commandOn(database.url, onAnswer);
  return {
    run: (...args) => command().run(...args),
    json: (...args) => command().json(...args),
    get url() {
      return database.url;
    },
    get client() {
      return client;
    },
  };
}
