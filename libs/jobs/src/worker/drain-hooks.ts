interface WithDestroyHook {
  onModuleDestroy?: () => unknown;
}

/**
 * Lets every processor's `onModuleDestroy` wait for the drain. In most layouts Nest destroys the modules of processors,
 * and the clients they use, before any runner's own hook is called; it looks hooks up on the instance, so wrapping them
 * there makes whatever module comes first wait until its jobs have ended (docs/decisions/0004-shutdown.md).
 */
export function drainBeforeDestroy(processors: Iterable<object>, drain: () => Promise<void>): void {
  for (const processor of new Set(processors) as Set<WithDestroyHook>) {
    const original = processor.onModuleDestroy?.bind(processor);
    processor.onModuleDestroy = async () => {
      await drain();
      await original?.();
    };
  }
}
