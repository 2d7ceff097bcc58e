import pg from 'pg';

/** Asks on a separate connection and by index, so that the question does not slow down the worker. */
export async function unfinishedQuery(url, text) {
  const client = new pg.Client({ connectionString: url, options: '-c enable_seqscan=off' });
  await client.connect();
  return async () => (await client.query(text)).rows[0].unfinished;
}

/** For the project's own `jobs` table. */
export const UNFINISHED_JOBS = `
  select exists (select from jobs where shard = 0 and queue = 'default' and status = 'pending' and scheduled_at <= now())
      or exists (select from jobs where shard = 0 and status = 'processing') as unfinished`;
