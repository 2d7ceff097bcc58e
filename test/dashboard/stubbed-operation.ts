export const ID = '018f0000-0000-7000-8000-000000000001';

const NOW = Date.now();
const ago = (seconds: number) => new Date(NOW - seconds * 1_000).toISOString();

/** An action on many jobs that goes on, and has met with some trouble. */
export const OPERATION = {
  id: ID,
  action: 'retry',
  details: { filter: { type: ['mail'], status: ['failed'], error: 'connect ECONNREFUSED' } },
  actor: 'ada@example.com',
  status: 'processing',
  changed: 3_000,
  skipped: 4,
  refused: 2,
  refusal: 'The database refuses a statement (P0001): jobs of this month are closed',
  total: 10_000,
  totalCapped: true,
  error: 'The statement took too long (57014): canceling statement due to statement timeout',
  createdAt: ago(9),
  startedAt: ago(8),
  updatedAt: ago(1),
  endedAt: null,
  endedBy: null,
};
