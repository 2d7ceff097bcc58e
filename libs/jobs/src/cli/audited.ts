import { hostname, userInfo } from 'node:os';
import type { EntityManager } from 'typeorm';
import type { Session } from './call.js';

export interface AuditedAction<T> {
  action: string;
  jobId?: string | ((done: T) => string);
  details: (done: T) => Record<string, unknown>;
}

/** Runs an action in a transaction together with its entry in the audit. */
export function audited<T>(
  { transaction, audit }: Session,
  { action, jobId, details }: AuditedAction<T>,
  act: (manager: EntityManager) => Promise<T>,
): Promise<T> {
  return transaction(async (manager) => {
    const done = await act(manager);
    const id = typeof jobId === 'function' ? jobId(done) : jobId;
    await audit.record({ actor: actor(), action, jobId: id, details: details(done) }, { manager });
    return done;
  });
}

export function actor(): string {
  return `cli:${userName()}@${hostname()}`;
}

/** The user of a container need not have a name. */
function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return String(process.getuid?.() ?? 'unknown');
  }
}
