import { Injectable, NotFoundException, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { lastValueFrom, isObservable } from 'rxjs';
import { AdminError } from '../errors/admin.error.js';
import { AdminAccess } from './admin-access.js';
import { headerOf, type AdminRequest } from './admin-request.js';
import { carriesToken } from './bearer-token.js';
import { hasForeignBody, isFromForeignPage } from './foreign-page.js';
import { isLocalRequest } from './local-request.js';

/** What Express and Fastify have in common. */
interface HeaderResponse {
  header(name: string, value: string): unknown;
}

/** Lets in who may use the admin API, and nothing that a foreign web page made a browser send. */
@Injectable()
export class AdminAccessGuard implements CanActivate {
  constructor(private readonly access: AdminAccess) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<AdminRequest>();
    const response = context.switchToHttp().getResponse<HeaderResponse>();
    response.header('cache-control', 'no-store');
    if (!(await this.isAllowed(context, request, response))) return false;
    if (isFromForeignPage(request)) throw foreignPage();
    if (hasForeignBody(request)) throw foreignBody();
    return true;
  }

  private async isAllowed(
    context: ExecutionContext,
    request: AdminRequest,
    response: HeaderResponse,
  ): Promise<boolean> {
    const { rule, options } = this.access;
    switch (rule) {
      case 'guard':
        return resultOf(options.guard!.canActivate(context));
      case 'token':
        if (carriesToken(headerOf(request, 'authorization'), options.adminToken!)) return true;
        response.header('www-authenticate', 'Bearer realm="jobs"');
        throw wrongToken();
      case 'closed':
        this.access.reportClosed();
        throw new NotFoundException(`Cannot ${request.method} ${request.url}`);
      case 'local':
        if (isLocalRequest(request)) return true;
        throw notLocal();
      default:
        return rule satisfies never;
    }
  }
}

async function resultOf(result: ReturnType<CanActivate['canActivate']>): Promise<boolean> {
  return isObservable(result) ? lastValueFrom(result) : result;
}

function wrongToken(): AdminError {
  return new AdminError(401, {
    code: 'JOBS_ADMIN_UNAUTHORIZED',
    what: 'The admin token is missing or wrong.',
    fix: 'Send the header "Authorization: Bearer <JOBS_ADMIN_TOKEN>".',
  });
}

function notLocal(): AdminError {
  return new AdminError(403, {
    code: 'JOBS_ADMIN_LOCAL_ONLY',
    what: 'Without a token, only requests made on this machine to localhost are answered.',
    fix: 'Set JOBS_ADMIN_TOKEN, and send the header "Authorization: Bearer <JOBS_ADMIN_TOKEN>".',
  });
}

function foreignPage(): AdminError {
  return new AdminError(403, {
    code: 'JOBS_ADMIN_CROSS_SITE',
    what: 'A page of another origin made the browser send this request.',
    fix: 'Send it from a page of the same origin, or not from a browser.',
  });
}

function foreignBody(): AdminError {
  return new AdminError(415, {
    code: 'JOBS_UNSUPPORTED_MEDIA_TYPE',
    what: 'The body is not declared to be JSON.',
    fix: 'Send the header "Content-Type: application/json".',
  });
}
