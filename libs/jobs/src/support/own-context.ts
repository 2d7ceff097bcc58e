import { AsyncLocalStorage, AsyncResource } from 'node:async_hooks';

/** Runs `work` in the async context in which this file was loaded, which belongs to no request and no job. */
export const outside = AsyncLocalStorage.snapshot();

/**
 * Runs user code in an async context of its own. What it puts into an `AsyncLocalStorage`, by `enterWith()` too, is seen
 * by what it calls and awaits, and by nobody else; and it sees nothing of whoever happened to start it.
 */
export function inOwnContext<T>(work: () => T): T {
  return outside(newContext).runInAsyncScope(work);
}

/** `enterWith()` writes into the resource that is current, so `outside` must never run user code itself. */
function newContext(): AsyncResource {
  return new AsyncResource('MonsteraUserCode');
}
