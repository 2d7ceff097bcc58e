import { Catch, HttpException, type ArgumentsHost } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { AdminAccess } from '../access/admin-access.js';
import { AdminProblemFilter } from '../access/admin-problem.filter.js';
import { headerOf, type AdminRequest } from '../access/admin-request.js';
import { DashboardPath } from '../dashboard-path.js';
import { pageBase } from './page-base.js';
import { refusalPage, REFUSAL_POLICY } from './refusal-page.js';
import { PAGE_HEADERS, sendFile } from './send-file.js';

/** Tells a person in a browser how to sign in. Other clients get the problem. */
@Catch()
export class RefusalPageFilter extends AdminProblemFilter {
  constructor(
    private readonly host: HttpAdapterHost,
    private readonly access: AdminAccess,
    private readonly path: DashboardPath,
  ) {
    super(host);
  }

  override catch(error: unknown, context: ArgumentsHost): void {
    const request = context.switchToHttp().getRequest<AdminRequest>();
    const status = error instanceof HttpException ? error.getStatus() : 0;
    const isShown = (status === 401 || status === 403) && /\btext\/html\b/.test(headerOf(request, 'accept') ?? '');
    // oxlint-disable-next-line promise/valid-params -- the filter's method, not a promise's
    if (!isShown) return super.catch(error, context);
    const url = request.url ?? '';
    const body = refusalPage({
      language: headerOf(request, 'accept-language') ?? '',
      base: pageBase(url, this.path),
      signIn: this.path.at('sign-in'),
      takesTokens: this.access.rule !== 'guard',
      isWrongToken: /\/sign-in\?/.test(url),
    });
    const headers = { ...PAGE_HEADERS, 'content-security-policy': REFUSAL_POLICY, vary: 'accept, accept-language' };
    sendFile(this.host, context.switchToHttp().getResponse(), {
      status,
      type: 'text/html; charset=utf-8',
      body,
      headers,
    });
  }
}
