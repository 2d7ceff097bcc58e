import type { ModulesContainer } from '@nestjs/core';

interface WithBootstrapHook {
  onApplicationBootstrap?: () => unknown;
}

/**
 * Runs work as the last part of the boot, when all other `onApplicationBootstrap` hooks have ended: a boot that fails in
 * another module then starts nothing. Called from such a hook itself. Nest calls the hook of the class of the last module
 * last, and looks it up on the instance at that moment.
 */
export async function afterBootstrap(modules: ModulesContainer, work: () => Promise<void>): Promise<void> {
  const instance = lastModule(modules);
  const original = instance?.onApplicationBootstrap?.bind(instance);
  const value = async () => {
    await original?.();
    await work();
  };
  const wrapped =
    instance !== null &&
    Reflect.defineProperty(instance, 'onApplicationBootstrap', { value, configurable: true, writable: true });
  if (!wrapped) await work();
}

/** Null if its hooks are not called, because its class depends on something request-scoped. */
function lastModule(modules: ModulesContainer): WithBootstrapHook | null {
  const last = [...modules.values()].sort((a, b) => b.distance - a.distance).at(-1);
  const host = last?.providers.get(last.metatype);
  return host?.isDependencyTreeStatic() ? (host.instance as WithBootstrapHook) : null;
}
