import { statement } from '../../statement.js';

/** Whether the database answers, and whether the tables are where the statements look for them. */
export const ping = statement<[], { found: boolean }>(
  'ping',
  `
  select exists (
    select from pg_attribute where attrelid = to_regclass('{jobs}') and attname = 'shard' and not attisdropped
  ) as found`,
);
