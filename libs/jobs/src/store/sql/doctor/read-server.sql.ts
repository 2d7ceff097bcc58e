import { statement } from '../../statement.js';
import { epochMs } from '../epoch-ms.js';

export interface ServerRow {
  version: string;
  /** Such as 180004 for 18.4. */
  version_num: number;
  /** Whether it is a standby, which takes no writes. */
  standby: boolean;
  autovacuum: boolean;
  now_ms: number;
}

/** The server's version, role and clock. */
export const readServer = statement<[], ServerRow>(
  'read_server',
  `
  select
    current_setting('server_version') as version,
    current_setting('server_version_num')::int as version_num,
    pg_is_in_recovery() as standby,
    current_setting('autovacuum')::boolean as autovacuum,
    ${epochMs('clock_timestamp()')} as now_ms`,
);
