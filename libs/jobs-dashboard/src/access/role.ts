import { jobsRouteOf } from '@monstera/jobs';
import { SetMetadata, type ExecutionContext } from '@nestjs/common';
import { isReading, type AdminRequest } from './admin-request.js';

/** Each may do what those before it may. */
export const ROLES = ['viewer', 'operator', 'admin'] as const;

/** A `viewer` may read. An `operator` may also change jobs. An `admin` may do everything. */
export type Role = (typeof ROLES)[number];

/** The role that a route requires. `anyone`: none. */
export type RouteAccess = Role | 'anyone';

const ROUTE_ACCESS = 'jobs-dashboard:route-access';

/** Sets the role that a controller or a method requires, instead of the one that follows from its HTTP method. */
export const RequiresAccess = (access: RouteAccess) => SetMetadata(ROUTE_ACCESS, access);

/**
 * The role that the route of this request requires. Without `@RequiresAccess`, probes and metrics require none. Other
 * routes require a viewer for GET, HEAD and OPTIONS, and an operator for the other methods.
 */
export function routeAccess(context: ExecutionContext): RouteAccess {
  if (jobsRouteOf(context)) return 'anyone';
  const named = metadataOf(context.getHandler()) ?? metadataOf(context.getClass());
  return named ?? (isReading(context.switchToHttp().getRequest<AdminRequest>()) ? 'viewer' : 'operator');
}

export function satisfies(role: Role, asked: Role): boolean {
  return ROLES.indexOf(role) >= ROLES.indexOf(asked);
}

function metadataOf(target: object): RouteAccess | undefined {
  return Reflect.getMetadata(ROUTE_ACCESS, target) as RouteAccess | undefined;
}
