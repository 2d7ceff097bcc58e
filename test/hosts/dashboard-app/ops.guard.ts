import { routeAccess } from '@monstera/jobs-dashboard';
import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { People } from './people.js';

@Injectable()
export class OpsGuard implements CanActivate {
  /** Injected by its type, from the application's own module. */
  constructor(private readonly people: People) {}

  canActivate(context: ExecutionContext): boolean {
    const { headers } = context.switchToHttp().getRequest<{ headers: Record<string, unknown> }>();
    const role = this.people.roleOf(headers['x-ops-user']);
    return role === 'operator' || (role === 'viewer' && routeAccess(context) === 'viewer');
  }
}
