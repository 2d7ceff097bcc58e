import { Controller, VERSION_NEUTRAL, type Type } from '@nestjs/common';
import { HealthController } from './health.controller.js';
import { httpPaths, type JobsHttpOptions } from './http-options.js';
import { MetricsController } from './metrics.controller.js';

/** The controllers that a host wants mounted, where it wants them, whatever versioning it has. */
export function httpControllers(http: JobsHttpOptions): Type[] {
  const { health, metrics } = httpPaths(http);
  return [
    ...(health === null ? [] : [mounted(HealthController, health)]),
    ...(metrics === null ? [] : [mounted(MetricsController, metrics)]),
  ];
}

/** A path belongs to a class, and two modules may want two. */
function mounted(controller: Type, path: string): Type {
  const at = { [controller.name]: class extends controller {} }[controller.name]!;
  Controller({ path, version: VERSION_NEUTRAL })(at);
  return at;
}
