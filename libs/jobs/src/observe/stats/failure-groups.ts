import { createHash } from 'node:crypto';
import type { FailedErrorRow } from '../../store/sql/stats/stats-errors.sql.js';
import { normalMessage, searchOf } from './normal-message.js';

/** Failed jobs of one type whose errors differ only in ids, numbers, quoted texts and addresses. */
export interface FailureGroup {
  /** The same for the same type and message, in every process. */
  fingerprint: string;
  type: string;
  /** The first line of the errors, with placeholders such as `<n>` for what differs. */
  message: string;
  count: number;
  /** When the last of the jobs failed. */
  lastAt: Date;
  /** The job that failed last. */
  sampleJobId: string;
  /** A part that all the errors have, for `where({ error })`; null if too little of the message is the same. */
  search: string | null;
}

export interface FailedByError {
  /** Those with the latest failure first, at most 1,000. */
  groups: FailureGroup[];
  /** True if more than 10,000 jobs have failed or were cancelled, of which the last are counted, or there are more groups. */
  capped: boolean;
}

/** Groups failed jobs by type and normal message. Of all rows, those that finished last are looked at. */
export function groupFailures(rows: readonly FailedErrorRow[], limit: number): FailureGroup[] {
  const latest = rows.toSorted((a, b) => b.finished_ms - a.finished_ms).slice(0, limit);
  const groups = new Map<string, FailureGroup>();
  const normal = new Map<string, string>();
  for (const row of latest) {
    if (row.message === null) continue;
    let message = normal.get(row.message);
    if (message === undefined) normal.set(row.message, (message = normalMessage(row.message)));
    const key = JSON.stringify([row.type, message]);
    const group = groups.get(key);
    if (group) group.count++;
    else groups.set(key, newGroup(row, message, key));
  }
  return [...groups.values()];
}

function newGroup({ id, type, finished_ms }: FailedErrorRow, message: string, key: string): FailureGroup {
  return {
    fingerprint: createHash('sha256').update(key).digest('hex').slice(0, 16),
    type,
    message,
    count: 1,
    lastAt: new Date(finished_ms),
    sampleJobId: id,
    search: searchOf(message),
  };
}
