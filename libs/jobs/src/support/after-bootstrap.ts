import type { ModulesContainer } from '@nestjs/core';

interface WithBootstrapHook {
  onApplicationBootstrap?: () => unknown;
}

/**
 * Runs work at the end of the boot, after all other `onApplicationBootstrap` hooks. So nothing is started if the boot
 * of another module fails. Call it from such a hook. It wraps the hook of the last module, because Nest calls that one
 * last and looks it up on the instance at that moment.
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

/** Null if its hook is not called, because its class depends on a request-scoped provider. */
function lastModule(modules: ModulesContainer): WithBootstrapHook | null {
  const last = [...modules.values()].sort((a, b) => b.distance - a.distance).at(-1);
  const host = last?.providers.get(last.metatype);
  return host?.isDependencyTreeStatic() ? (host.instance as WithBootstrapHook) : null;
}
