interface WithDestroyHook {
  onModuleDestroy?: () => unknown;
}

/**
 * Lets the `onModuleDestroy` of every processor, or of what stands for it, wait for the drain. In most layouts Nest
 * destroys the modules of processors, and the clients they use, before any runner's own hook is called. It looks hooks up
 * on the instance, so wrapping them there makes whatever module comes first wait until its jobs have ended
 * (docs/decisions/0004-shutdown.md).
 */
export function drainBeforeDestroy(hosts: Iterable<object>, drain: () => Promise<void>): void {
  for (const host of new Set(hosts) as Set<WithDestroyHook>) {
    const original = host.onModuleDestroy?.bind(host);
    const value = async () => {
      await drain();
      await original?.();
    };
    // A frozen object is left as it is.
    Reflect.defineProperty(host, 'onModuleDestroy', { value, configurable: true, writable: true });
  }
}
