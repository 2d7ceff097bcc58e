import type { ClaimedRow } from '../store/sql/claim/claim-jobs.sql.js';

/**
 * How carefully a suspect, a job whose process ended while it ran, is started again: in a `group` after one crash, with a
 * `few` others after two, `alone` among suspects after more. `last` is for a job that one more crash would fail.
 */
export type Caution = 'group' | 'few' | 'alone' | 'last';

interface Rule {
  /** How much of the slots suspects may have while such a job is on probation; one slot at least. */
  share: number;
  /** How long such a job counts as being on probation. */
  probationMs: number;
}

const RULES: Readonly<Record<Caution, Rule>> = {
  group: { share: 0.3, probationMs: 5_000 },
  few: { share: 0.06, probationMs: 5_000 },
  alone: { share: 0, probationMs: 10_000 },
  last: { share: 0, probationMs: 60_000 },
};

/** Where slots are idle, nobody waits for what suspects take, and long jobs need not keep each other waiting. */
const IDLE_GROUP_PROBATION_MS = 1_000;

export function cautionOf(row: Pick<ClaimedRow, 'crashes' | 'attempts' | 'max_attempts'>): Caution {
  if (row.attempts >= row.max_attempts) return 'last';
  const crashes = row.crashes ?? 0;
  if (crashes <= 1) return 'group';
  return crashes === 2 ? 'few' : 'alone';
}

/** How many suspects may be on probation at once if one of them needs this caution. */
export function limitOf(caution: Caution, slots: number): number {
  return Math.max(1, Math.floor(RULES[caution].share * slots));
}

export function probationMs(caution: Caution, isIdle: boolean): number {
  return caution === 'group' && isIdle ? IDLE_GROUP_PROBATION_MS : RULES[caution].probationMs;
}

/** After two crashes a job is likely enough to be to blame that its start may cost as few others as can be. */
export function isNarrow(caution: Caution): boolean {
  return caution !== 'group';
}
