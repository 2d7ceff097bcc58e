import type { DiscoveryService } from '@nestjs/core';

/** A provider, a controller or an enhancer as Nest keeps it. */
export type Wrapper = ReturnType<DiscoveryService['getProviders']>[number];

type Constructor = abstract new (...given: never[]) => unknown;

/**
 * The classes that a provider may be an instance of: that of the instance, the one that Nest makes, and the one that it
 * is asked for by. A factory's instance has no class known beforehand, and an override in a test may be any object.
 */
export function classesOf({ instance, metatype, inject, token }: Wrapper): Constructor[] {
  const made = inject ? undefined : metatype;
  return [constructorOf(instance), made, token].filter((found): found is Constructor => typeof found === 'function');
}

export function nameOf(wrapper: Wrapper): string {
  return classesOf(wrapper)[0]?.name || String(wrapper.name);
}

/** Undefined for objects without a class, and for those that let nobody look. */
function constructorOf(instance: unknown): unknown {
  if (typeof instance !== 'object' || instance === null) return undefined;
  try {
    return Object.is(instance.constructor, Object) ? undefined : instance.constructor;
  } catch {
    return undefined;
  }
}
