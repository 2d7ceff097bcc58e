import {
  EXCEPTION_FILTERS_METADATA,
  GUARDS_METADATA,
  INTERCEPTORS_METADATA,
  PIPES_METADATA,
} from '@nestjs/common/constants.js';

const KEYS = {
  guards: GUARDS_METADATA,
  interceptors: INTERCEPTORS_METADATA,
  filters: EXCEPTION_FILTERS_METADATA,
  pipes: PIPES_METADATA,
};

/** The classes or instances that `@UseGuards()` and similar decorators set on a processor or its `process` method. */
export type Enhancers = Record<keyof typeof KEYS, unknown[]>;

export function enhancersOf(made: object, process: unknown): Enhancers {
  const places = [made, process].filter((place): place is object => typeof place === 'function');
  const under = (key: string) => places.flatMap((place) => (Reflect.getMetadata(key, place) as unknown[]) ?? []);
  return {
    guards: under(KEYS.guards),
    interceptors: under(KEYS.interceptors),
    filters: under(KEYS.filters),
    pipes: under(KEYS.pipes),
  };
}
