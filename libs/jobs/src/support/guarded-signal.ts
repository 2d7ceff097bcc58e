type Handler = (this: AbortSignal, event: Event) => unknown;
type Listener = Handler | { handleEvent(event: Event): unknown };
type Change = AbortSignal['addEventListener'];
type Options = Parameters<Change>[2];

/**
 * Sends everything that a signal's listeners throw or reject with to `onThrown`. Node would treat it as an uncaught
 * exception and end the process with all its jobs.
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

/** Wraps each listener. A listener always gets the same wrapper, so that it can be removed again. */
class Guards {
  private readonly known = new WeakMap<Listener, Handler>();

  constructor(
    private readonly signal: AbortSignal,
    private readonly onThrown: (error: unknown) => void,
  ) {}

  /** The wrapper of a listener. Anything else is returned as it is, for Node to refuse. */
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
