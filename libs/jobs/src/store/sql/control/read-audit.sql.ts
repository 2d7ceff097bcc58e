import { statement } from '../../statement.js';
import { epochMs } from '../epoch-ms.js';

export interface AuditRow {
  id: string;
  actor: string;
  action: string;
  job_id: string | null;
  details: Record<string, unknown>;
  created_ms: number;
}

/** The latest entries with an id below the given one, newest first: ids begin with the time. */
export const readAudit = statement<[belowId: string, limit: number], AuditRow>(
  'read_audit',
  `
  select id, actor, action, job_id, details, ${epochMs('created_at')} as created_ms
  from {job_audit}
  where id < $1
  order by id desc
  limit $2`,
);
