import { setTimeout as delay } from 'node:timers/promises';
import type { JobOperation } from '../../control/background/operation-view.js';
import { COMMAND } from '../../support/command-name.js';
import type { Call } from '../call.js';
import { EXIT } from '../failure.js';
import { atLeast } from '../text.js';

const LOOK_EVERY_MS = 500;
/** A worker that is idle begins within a second, and others with their next renewal. */
const PATIENCE_MS = 10_000;

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
  return operation.status === 'failed' || operation.status === 'cancelled' ? EXIT.trouble : EXIT.fine;
}

export function progressOf({ changed, skipped, total, totalCapped }: JobOperation): string {
  return `${changed + skipped} of ${atLeast(total, totalCapped)}`;
}

function summaryOf(operation: JobOperation): string {
  const { id, action, status, changed, skipped, error } = operation;
  const left = skipped > 0 ? `, ${skipped} left as they were` : '';
  const why = status === 'failed' && error !== null ? `: ${error}` : '';
  if (operation.endedAt === null) return `${id}  ${action} is ${status}, ${progressOf(operation)}`;
  return `${id}  ${action} is ${status}: ${changed} changed${left}${why}`;
}
