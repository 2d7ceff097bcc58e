import type { DiscoveryService } from '@nestjs/core';

/** Nest's wrapper of a provider, a controller or an enhancer. */
export type Wrapper = ReturnType<DiscoveryService['getProviders']>[number];

type Constructor = abstract new (...given: never[]) => unknown;

/**
 * The classes that can carry a provider's decorators: that of its instance, the one that Nest creates, and its token. The
 * class of a factory's instance is not known beforehand, and an override in a test can be any object.
 */
export function classesOf({ instance, metatype, inject, token }: Wrapper): Constructor[] {
  const made = inject ? undefined : metatype;
  return [constructorOf(instance), made, token].filter((found): found is Constructor => typeof found === 'function');
}

export function nameOf(wrapper: Wrapper): string {
  return classesOf(wrapper)[0]?.name || String(wrapper.name);
}

/** Undefined for objects without a class and for those, such as a revoked Proxy, that throw on access. */
function constructorOf(instance: unknown): unknown {
  if (typeof instance !== 'object' || instance === null) return undefined;
  try {
    return Object.is(instance.constructor, Object) ? undefined : instance.constructor;
  } catch {
    return undefined;
  }
}
