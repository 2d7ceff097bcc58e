import type { Claim } from './reference-jobs.js';
import type { RealClaim } from './system.js';

/** A claim of the database as the model remembers it. */
export function claimOf({ worker, row }: RealClaim): Claim {
  return { id: row.id, run: row.run, worker, attempt: row.attempts, maxAttempts: row.max_attempts };
}

export function byId(a: Claim, b: Claim): number {
  return a.id < b.id ? -1 : 1;
}
