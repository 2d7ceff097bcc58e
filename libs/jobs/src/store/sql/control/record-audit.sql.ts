import { statement } from '../../statement.js';

/** Records who did what. `details` is the text of a JSON object. */
export const recordAudit = statement<[actor: string, action: string, jobId: string | null, details: string], never>(
  'record_audit',
  `insert into {job_audit} (actor, action, job_id, details) values ($1, $2, $3, $4::jsonb)`,
);
