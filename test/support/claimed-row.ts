import type { ClaimedRow } from '../../libs/jobs/src/store/sql/claim/claim-jobs.sql.js';

let made = 0;

/** A row as a claim returns it. */
export function claimedRow(given: Partial<ClaimedRow> = {}): ClaimedRow {
  return {
    id: `019a0000-0000-7000-8000-${String(++made).padStart(12, '0')}`,
    type: 'greet',
    payload: {},
    queue: 'default',
    priority: 5,
    attempts: 1,
    max_attempts: 5,
    crashes: null,
    run: 1,
    timeout_ms: null,
    retry: null,
    scheduled_at: '2026-05-01 10:00:00+00',
    created_at: null,
    tags: null,
    wait_ms: 0,
    ...given,
  };
}
