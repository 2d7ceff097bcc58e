import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { ClosedError, foreignBody, foreignPage, notLocal, readOnly, roleTooLow, wrongToken } from './access.errors.js';
import { AdminAccess } from './admin-access.js';
import type { AdminRequest } from './admin-request.js';
import { HostGuard } from './host-guard.js';
import { hasForeignBody, isFromForeignPage } from './foreign-page.js';
import { routeAccess, satisfies, type Role } from './role.js';

/** A method that the responses of Express and Fastify both have. */
interface HeaderResponse {
  header(name: string, value: string): unknown;
}

/**
 * Admits requests that have the role of the route. Rejects requests that a page of another origin made a browser send. A
 * host can use it for its own routes, or for all of them as `APP_GUARD`. `@RequiresAccess('anyone')` opens a route.
 */
@Injectable()
export class AdminAccessGuard implements CanActivate {
  /** Requests that were admitted before. A route can have this guard twice: globally and on its controller. */
  private readonly letIn = new WeakSet<AdminRequest>();

  constructor(
    private readonly access: AdminAccess,
    private readonly hostGuard: HostGuard,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const asked = routeAccess(context);
    const request = context.switchToHttp().getRequest<AdminRequest>();
    if (asked === 'anyone' || this.letIn.has(request)) return true;
    const response = context.switchToHttp().getResponse<HeaderResponse>();
    response.header('cache-control', 'no-store');
    if (!(await this.isAllowed(context, asked, request, response))) return false;
    if (isFromForeignPage(request)) throw foreignPage();
    if (hasForeignBody(request)) throw foreignBody();
    this.letIn.add(request);
    return true;
  }

  private async isAllowed(
    context: ExecutionContext,
    asked: Role,
    request: AdminRequest,
    response: HeaderResponse,
  ): Promise<boolean> {
    const { rule } = this.access;
    if (rule === 'guard') {
      if (!(await this.hostGuard.canActivate(context))) return false;
      const role = await this.access.askHost(request);
      if (role && satisfies(role, asked)) return true;
      throw roleTooLow(asked);
    }
    if (rule === 'closed') {
      this.access.reportClosed();
      throw new ClosedError(request);
    }
    const shown = this.access.shownBy(request);
    if (shown && satisfies(shown.role, asked)) return true;
    if (rule === 'local') throw shown ? readOnly() : notLocal();
    if (shown?.by === 'token') throw readOnly();
    response.header('www-authenticate', 'Bearer realm="jobs"');
    throw wrongToken(this.access.path);
  }
}
