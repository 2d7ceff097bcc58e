import type pg from 'pg';

/**
 * `npm run test:schema` sets this: the tables of the jobs are then in this schema, and `public` has a table `jobs` of somebody
 * else. What a test itself does to the database finds the tables by the path; the applications' role has none but `public`.
 */
export const testSchema: string | undefined = process.env.MONSTERA_TEST_SCHEMA;

const APPLICATION = 'tests_application';

/** Made once on the server, which all databases of the tests share. */
export async function createApplicationRole(client: pg.Client): Promise<void> {
  const { rowCount } = await client.query('select from pg_roles where rolname = $1', [APPLICATION]);
  if (rowCount === 0) await client.query(`create role ${APPLICATION} superuser login password '${APPLICATION}'`);
  await client.query(`alter role ${APPLICATION} set search_path = public`);
}

export const FOREIGN_TABLES = `
  create table public.jobs (id serial primary key, title text not null);
  create table public.job_types (title text);
  insert into public.jobs (title) values ('gardener')`;

/** The address by which an application knows a database of the tests. */
export function urlOfApplication(url: string): string {
  return Object.assign(new URL(url), { username: APPLICATION, password: APPLICATION }).href;
}
