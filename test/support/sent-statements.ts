import pg from 'pg';

type Client = pg.Client & { readonly database?: string };

/**
 * Tells of each statement that any connection of this process sends to the database at this address, whoever has opened it,
 * until `jest.restoreAllMocks()`.
 */
export function watchStatements(url: string, onSent: (text: string, client: pg.Client) => void): void {
  const database = new URL(url).pathname.slice(1);
  const { query } = pg.Client.prototype;
  function watched(this: Client, given: string | { text: string }, ...rest: []) {
    if (this.database === database) onSent(typeof given === 'string' ? given : given.text, this);
    return query.apply(this, [given, ...rest] as unknown as Parameters<typeof query>);
  }
  jest.spyOn(pg.Client.prototype, 'query').mockImplementation(watched);
}
