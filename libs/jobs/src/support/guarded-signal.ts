type Handler = (this: AbortSignal, event: Event) => unknown;
type Listener = Handler | { handleEvent(event: Event): unknown };
type Change = AbortSignal['addEventListener'];
type Options = Parameters<Change>[2];

/**
 * Makes what the listeners of a signal throw, or reject with, go to `onThrown`. Node would throw it as an uncaught
 * exception, and the process would end with all its jobs.
 */
export function guardListeners(signal: AbortSignal, onThrown: (error: unknown) => void): void {
  const guards = new Guards(signal, onThrown);
  const { addEventListener: add, removeEventListener: remove } = signal;
  const changeBy = (change: Change) => ({
    value: (type: string, listener: unknown, options?: Options) =>
      change.call(signal, type, guards.guardOf(listener) as Handler, options),
  });
  let onAbort: unknown = null;
  Object.defineProperties(signal, {
    addEventListener: changeBy(add),
    removeEventListener: changeBy(remove),
    onabort: {
      get: () => onAbort,
      set: (listener: unknown) => {
        if (onAbort) signal.removeEventListener('abort', onAbort as Handler);
        onAbort = typeof listener === 'function' ? listener : null;
        if (onAbort) signal.addEventListener('abort', onAbort as Handler);
      },
    },
  });
}

/** What is called in place of each listener; the same each time, so that it can be removed again. */
class Guards {
  private readonly known = new WeakMap<Listener, Handler>();

  constructor(
    private readonly signal: AbortSignal,
    private readonly onThrown: (error: unknown) => void,
  ) {}

  /** The guard of a listener; anything else is left to Node to refuse. */
  guardOf(listener: unknown): unknown {
    if (typeof listener !== 'function' && (typeof listener !== 'object' || listener === null)) return listener;
    const guard = this.known.get(listener as Listener) ?? ((event) => this.call(listener as Listener, event));
    this.known.set(listener as Listener, guard);
    return guard;
  }

  private call(listener: Listener, event: Event): void {
    try {
      const result = typeof listener === 'function' ? listener.call(this.signal, event) : listener.handleEvent(event);
      if (result instanceof Promise) result.catch(this.onThrown);
    } catch (error) {
      this.onThrown(error);
    }
  }
}
