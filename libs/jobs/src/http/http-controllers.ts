import type { Type } from '@nestjs/common';
import { HealthController } from './health.controller.js';
import { MetricsController } from './metrics.controller.js';

/** The controllers that a host wants mounted: all that it does not turn off. */
export function httpControllers({ health = true, metrics = true }: { health?: boolean; metrics?: boolean }): Type[] {
  return [...(health ? [HealthController] : []), ...(metrics ? [MetricsController] : [])];
}
