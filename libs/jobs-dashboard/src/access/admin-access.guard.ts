import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { lastValueFrom, isObservable } from 'rxjs';
import { ClosedError, foreignBody, foreignPage, notLocal, readOnly, wrongToken } from './access.errors.js';
import { AdminAccess } from './admin-access.js';
import type { AdminRequest } from './admin-request.js';
import { hasForeignBody, isFromForeignPage } from './foreign-page.js';
import { routeAccess, satisfies, type Role } from './role.js';

/** What Express and Fastify have in common. */
interface HeaderResponse {
  header(name: string, value: string): unknown;
}

/**
 * Lets in who has the role that a route asks for, and nothing that a foreign web page made a browser send. A host may
 * use it for routes of its own, or for all of them as `APP_GUARD`; `@RequiresAccess('anyone')` opens a route.
 */
@Injectable()
export class AdminAccessGuard implements CanActivate {
  /** A global guard and a controller's own are the same one: a request is judged once. */
  private readonly letIn = new WeakSet<AdminRequest>();

  constructor(private readonly access: AdminAccess) {}

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
    const { rule, options } = this.access;
    if (rule === 'guard') return resultOf(options.guard!.canActivate(context));
    if (rule === 'closed') {
      this.access.reportClosed();
      throw new ClosedError(request);
    }
    const shown = this.access.shownBy(request);
    if (shown && satisfies(shown.role, asked)) return true;
    if (rule === 'local') throw shown ? readOnly() : notLocal();
    if (shown?.by === 'token') throw readOnly();
    response.header('www-authenticate', 'Bearer realm="jobs"');
    throw wrongToken();
  }
}

async function resultOf(result: ReturnType<CanActivate['canActivate']>): Promise<boolean> {
  return isObservable(result) ? lastValueFrom(result) : result;
}
