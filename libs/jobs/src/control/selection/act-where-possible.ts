import {
  databaseErrorCode,
  describeDatabaseError,
  isCancelled,
  isLockTimeout,
  isRowsFault,
  isUniqueKeyTaken,
} from '../../store/connection/database-errors.js';
import type { Acted } from '../../store/control/action.store.js';
import type { Together } from '../../store/write-together.js';
import { inHalves } from '../../support/in-halves.js';
import { actOnJobs, addActed, nothingActed, type Action, type Place } from './action-rules.js';
import type { SelectedJob } from './read-page.js';

/** Which jobs are left out, beside those whose change a trigger, a policy or a constraint refuses. */
export interface Leniency {
  /** Jobs that wait for a lock of another transaction. */
  locked: boolean;
  /** Jobs whose change takes too long. */
  slow?: boolean;
  /** Whether they are left out even if no other job can be changed: the whole table may be locked, or the server slow. */
  all?: boolean;
  /** After so many milliseconds the rest is left for another call. Default: never. */
  budgetMs?: number;
}

export interface ActedWherePossible {
  acted: Acted;
  /** The first so many jobs were changed, skipped or refused. The others are left for another call. */
  passed: number;
  /** How many the database does not let anyone change. */
  refused: number;
  /** Why, for the first of them; null if there is none. */
  refusal: string | null;
}

interface Done extends Omit<ActedWherePossible, 'passed'> {
  /** Jobs of statements that succeeded. */
  accepted: number;
  /** Refused jobs for which more than their row may be at fault, and the last error of such. */
  heldUp: number;
  error: unknown;
}

/** After so many jobs that are held up without one success, the table is held up and not the jobs. */
const MOST_HELD_UP = 8;

/** Changes jobs. One that the database refuses is found by halves and left out, so that it stops no other. */
export async function actWherePossible(
  { executor, behindSavepoint }: Pick<Together, 'executor' | 'behindSavepoint'>,
  action: Action,
  jobs: readonly SelectedJob[],
  place: Place,
  leniency: Leniency,
): Promise<ActedWherePossible> {
  const { budgetMs = Infinity } = leniency;
  const done: Done = { acted: nothingActed(), refused: 0, refusal: null, accepted: 0, heldUp: 0, error: null };
  const startedMs = place.clock.steadyMs();
  const passed = await inHalves(jobs, {
    attempt: async (part) => {
      addActed(done.acted, await behindSavepoint(() => actOnJobs(executor, action, part, place)));
      done.accepted += part.length;
    },
    isItemsFault: (error) => isLeftOut(error, leniency),
    onRefused: (_, error) => {
      refuse(done, error);
      if (done.heldUp >= MOST_HELD_UP) requireOthers(done, leniency);
    },
    isEnough: () => done.accepted + done.refused > 0 && place.clock.steadyMs() - startedMs > budgetMs,
  });
  requireOthers(done, leniency);
  const { acted, refused, refusal } = done;
  return { acted, passed, refused, refusal };
}

/** A unique key that another transaction took is not the job's fault: the next try sees who has it. */
function isLeftOut(error: unknown, { locked, slow = false }: Leniency): boolean {
  // Without a code, the error is none of the database's.
  if (databaseErrorCode(error) === '' || isUniqueKeyTaken(error)) return false;
  return isRowsFault(error) || (locked && isLockTimeout(error)) || (slow && isCancelled(error));
}

function refuse(done: Done, error: unknown): void {
  done.refused++;
  done.refusal ??= describeDatabaseError(error);
  if (isRowsFault(error)) return;
  done.heldUp++;
  done.error = error;
}

/** Throws if jobs were held up and no other could be changed. */
function requireOthers({ accepted, heldUp, error }: Done, { all = false }: Leniency): void {
  if (heldUp > 0 && accepted === 0 && !all) throw error;
}
