import { AsyncResource } from 'node:async_hooks';

/** What looks for open handles, such as Jest's `--detectOpenHandles`, asks each resource whether it keeps the process alive. */
class Context extends AsyncResource {
  hasRef(): boolean {
    return false;
  }
}

/** Cheaper to enter than an `AsyncLocalStorage.snapshot()`, and each job enters it. */
const clean = new Context('MonsteraJobs');

/** Runs `work` in the async context in which this file was loaded, which belongs to no request and no job. */
export function outside<T>(work: () => T): T {
  return clean.runInAsyncScope(work);
}

/**
 * Runs user code in an async context of its own. It does not see the `AsyncLocalStorage` of the code that started it.
 * What it stores there, even with `enterWith()`, is seen only by what it calls and awaits.
 */
export function inOwnContext<T>(work: () => T): T {
  return outside(newContext).runInAsyncScope(work);
}

/** `enterWith()` writes into the resource that is current, so `outside` must never run user code itself. */
function newContext(): Context {
  return new Context('MonsteraUserCode');
}
