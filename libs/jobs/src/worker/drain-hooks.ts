interface WithDestroyHook {
  onModuleDestroy?: () => unknown;
}

/**
 * Makes the `onModuleDestroy` hook of each of these objects wait for the drain (docs/decisions/0004-shutdown.md). In
 * most layouts Nest destroys the modules of processors, and the clients they use, before the hook of any runner. Nest
 * looks hooks up on the instance, so whichever module comes first waits until its jobs have ended.
 */
export function drainBeforeDestroy(hosts: Iterable<object>, drain: () => Promise<void>): void {
  for (const host of new Set(hosts) as Set<WithDestroyHook>) {
    const original = host.onModuleDestroy?.bind(host);
    const value = async () => {
      await drain();
      await original?.();
    };
    // Fails without effect on a frozen object.
    Reflect.defineProperty(host, 'onModuleDestroy', { value, configurable: true, writable: true });
  }
}
