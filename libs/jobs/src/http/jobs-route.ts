import { SetMetadata, type ExecutionContext } from '@nestjs/common';

export type JobsRouteName = 'health' | 'metrics';

const JOBS_ROUTE = 'monstera:jobs-route';

/** Marks a controller for `jobsRouteOf`. */
export const JobsRoute = (name: JobsRouteName): ClassDecorator => SetMetadata(JOBS_ROUTE, name);

/**
 * Returns which route of the library a request is for, or null. For global guards and interceptors: in a guard,
 * `if (jobsRouteOf(context)) return true;` lets probes and scrapes pass.
 */
export function jobsRouteOf(context: Pick<ExecutionContext, 'getClass'>): JobsRouteName | null {
  return (Reflect.getMetadata(JOBS_ROUTE, context.getClass()) as JobsRouteName | undefined) ?? null;
}
