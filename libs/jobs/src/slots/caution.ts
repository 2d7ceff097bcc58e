import type { ClaimedRow } from '../store/sql/claim/claim-jobs.sql.js';

/**
 * How carefully a suspect starts again. After one crash it starts in a `group`, after two with a `few` other suspects,
 * and after more `alone` among suspects. `last`: one more crash would fail it.
 */
export type Caution = 'group' | 'few' | 'alone' | 'last';

interface Rule {
  /** The share of the slots that suspects may have while such a job is on probation. At least one slot. */
  share: number;
  /** How long such a job is on probation, in milliseconds. */
  probationMs: number;
}

const RULES: Readonly<Record<Caution, Rule>> = {
  group: { share: 0.3, probationMs: 5_000 },
  few: { share: 0.06, probationMs: 5_000 },
  alone: { share: 0, probationMs: 10_000 },
  last: { share: 0, probationMs: 60_000 },
};

/** With idle slots a suspect delays no other job, so suspects that run long need not wait for each other. */
const IDLE_GROUP_PROBATION_MS = 1_000;

export function cautionOf(row: Pick<ClaimedRow, 'crashes' | 'attempts' | 'max_attempts'>): Caution {
  if (row.attempts >= row.max_attempts) return 'last';
  const crashes = row.crashes ?? 0;
  if (crashes <= 1) return 'group';
  return crashes === 2 ? 'few' : 'alone';
}

/** How many suspects may be on probation at once if one of them has this caution. */
export function limitOf(caution: Caution, slots: number): number {
  return Math.max(1, Math.floor(RULES[caution].share * slots));
}

export function probationMs(caution: Caution, isIdle: boolean): number {
  return caution === 'group' && isIdle ? IDLE_GROUP_PROBATION_MS : RULES[caution].probationMs;
}

/**
 * True after two crashes. Such a job is likely to be the cause, so as few other jobs as possible may be lost with it.
 */
export function isNarrow(caution: Caution): boolean {
  return caution !== 'group';
}
