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

/** What `@UseGuards()` and the like have put on a processor and its `process` method: classes or instances. */
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
