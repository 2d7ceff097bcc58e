import { jobsRouteOf } from '@monstera/jobs';
import { SetMetadata, type ExecutionContext } from '@nestjs/common';
import { isReading, type AdminRequest } from './admin-request.js';

/** `viewer` looks at everything and changes nothing; `operator` also changes. */
export type Role = 'viewer' | 'operator';

/** What a route asks for. `anyone` needs no access at all. */
export type RouteAccess = Role | 'anyone';

const ROUTE_ACCESS = 'jobs-dashboard:route-access';

/** On a controller or a method: what it asks for, where its HTTP method would say something else. */
export const RequiresAccess = (access: RouteAccess) => SetMetadata(ROUTE_ACCESS, access);

/**
 * What the route of this request asks for. Without `@RequiresAccess`: probes and metrics nothing, other routes a viewer
 * for GET and HEAD, and an operator for the rest.
 */
export function routeAccess(context: ExecutionContext): RouteAccess {
  if (jobsRouteOf(context)) return 'anyone';
  const named = metadataOf(context.getHandler()) ?? metadataOf(context.getClass());
  return named ?? (isReading(context.switchToHttp().getRequest<AdminRequest>()) ? 'viewer' : 'operator');
}

export function satisfies(role: Role, asked: Role): boolean {
  return role === 'operator' || asked === 'viewer';
}

function metadataOf(target: object): RouteAccess | undefined {
  return Reflect.getMetadata(ROUTE_ACCESS, target) as RouteAccess | undefined;
}
