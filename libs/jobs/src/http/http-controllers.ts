import { Controller, VERSION_NEUTRAL, type Type } from '@nestjs/common';
import { HealthController } from './health.controller.js';
import { httpPaths, type JobsHttpOptions } from './http-options.js';
import { MetricsController } from './metrics.controller.js';

/** The controllers that the options ask for, mounted at their paths. They ignore the host's API versioning. */
export function httpControllers(http: JobsHttpOptions): Type[] {
  const { health, metrics } = httpPaths(http);
  return [
    ...(health === null ? [] : [mounted(HealthController, health)]),
    ...(metrics === null ? [] : [mounted(MetricsController, metrics)]),
  ];
}

/** Nest keeps the path in the class, and two modules may use different paths. So each mount is a subclass. */
function mounted(controller: Type, path: string): Type {
  const at = { [controller.name]: class extends controller {} }[controller.name]!;
  Controller({ path, version: VERSION_NEUTRAL })(at);
  return at;
}
