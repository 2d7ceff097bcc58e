import { setTimeout as delay } from 'node:timers/promises';
import type { JobOperation } from '../../control/background/operation-view.js';
import type { ActionResult } from '../../control/selection/selection-actions.js';
import { COMMAND } from '../../support/command-name.js';
import type { Call } from '../call.js';
import { EXIT } from '../failure.js';
import { atLeast } from '../text.js';

const LOOK_EVERY_MS = 500;
/** A worker that is idle begins within a second, and others with their next renewal. */
const PATIENCE_MS = 10_000;

type Counts = Pick<ActionResult, 'changed' | 'skipped' | 'refused'> & { refusal?: string | null };

/** Shows how far an operation is until it has ended. It goes on if this command is interrupted. */
export async function followOperation({ session, out }: Call, id: string, wait: boolean): Promise<number> {
  out.note(`Workers do this in the background. To end it: ${COMMAND} operations cancel ${id}`);
  const startedMs = performance.now();
  let operation = await session.operations.get(id);
  let said = '';
  let isWaiting = false;
  while (wait && operation.endedAt === null) {
    if (!isWaiting && operation.status === 'pending' && performance.now() - startedMs > PATIENCE_MS) {
      isWaiting = true;
      out.note('No worker has begun yet. It begins once a worker of this version runs.');
    }
    await delay(LOOK_EVERY_MS);
    operation = await session.operations.get(id);
    const now = progressOf(operation);
    if (now !== said) out.note((said = now));
  }
  await out.answer(operation, () => [summaryOf(operation)]);
  const { status, refused } = operation;
  const isTrouble = status === 'failed' || status === 'cancelled' || (status === 'completed' && refused > 0);
  return isTrouble ? EXIT.trouble : EXIT.fine;
}

export function progressOf({ changed, skipped, refused, total, totalCapped }: JobOperation): string {
  const left = refused > 0 ? `, ${refused} refused` : '';
  return `${changed + skipped + refused} of ${atLeast(total, totalCapped)}${left}`;
}

function summaryOf(operation: JobOperation): string {
  const { id, action, status, total, error } = operation;
  if (operation.endedAt === null) return `${id}  ${action} is ${status}, ${progressOf(operation)}`;
  const why = status === 'failed' && error !== null ? `: ${error}` : '';
  return `${id}  ${action} is ${status}: ${countsInWords(operation, total)}${why}`;
}

/** Such as `9999 of 10000 changed; 1 refused: why`. */
export function countsInWords({ changed, skipped, refused, refusal }: Counts, total: number): string {
  const left = skipped > 0 ? `, ${skipped} left as they were` : '';
  if (refused === 0) return `${changed} changed${left}`;
  return `${changed} of ${total} changed${left}; ${refused} refused: ${refusal}`;
}
