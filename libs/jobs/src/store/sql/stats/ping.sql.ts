import { statement } from '../../statement.js';

/** Asks whether the database answers at all, and whether the tables are where they are looked for. */
export const ping = statement<[], { found: boolean }>(
  'ping',
  `
  select exists (
    select from pg_attribute where attrelid = to_regclass('{jobs}') and attname = 'shard' and not attisdropped
  ) as found`,
);
