import { SetMetadata, type ExecutionContext } from '@nestjs/common';

export type JobsRouteName = 'health' | 'metrics';

const JOBS_ROUTE = 'monstera:jobs-route';

/** Marks a controller for `jobsRouteOf`. */
export const JobsRoute = (name: JobsRouteName): ClassDecorator => SetMetadata(JOBS_ROUTE, name);

/**
 * Which of the library's routes a request is for, or null if it is for another one. For guards and interceptors that are
 * bound globally: `if (jobsRouteOf(context)) return true;` in a guard lets probes and scrapes pass.
 */
export function jobsRouteOf(context: Pick<ExecutionContext, 'getClass'>): JobsRouteName | null {
  return (Reflect.getMetadata(JOBS_ROUTE, context.getClass()) as JobsRouteName | undefined) ?? null;
}
