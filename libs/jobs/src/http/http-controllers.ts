import type { Type } from '@nestjs/common';

/** The controllers that a host wants mounted. */
export function httpControllers(_wanted: { health?: boolean; metrics?: boolean }): Type[] {
  return [];
}
