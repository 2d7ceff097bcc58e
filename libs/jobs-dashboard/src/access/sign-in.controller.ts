import { Controller, Get, Query, Req, Res, UseFilters, VERSION_NEUTRAL } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { ApiExcludeController } from '../docs/swagger.js';
import { RefusalPageFilter } from '../web/refusal-page.filter.js';
import { ClosedError, wrongToken } from './access.errors.js';
import { AdminAccess } from './admin-access.js';
import type { AdminRequest } from './admin-request.js';
import { RequiresAccess } from './role.js';
import { sessionOf } from './secrets.js';
import { sessionCookie } from './session-cookie.js';

/** A method that the responses of Express and Fastify both have. */
interface HeaderResponse {
  header(name: string, value: string): unknown;
}

/** The link with the token. It signs the browser in and redirects to the dashboard. */
@ApiExcludeController()
@Controller({ path: 'sign-in', version: VERSION_NEUTRAL })
@RequiresAccess('anyone')
@UseFilters(RefusalPageFilter)
export class SignInController {
  constructor(
    private readonly access: AdminAccess,
    private readonly host: HttpAdapterHost,
  ) {}

  /** The redirect removes the token from the address bar. Its target is relative, so that a proxy can add a prefix. */
  @Get()
  signIn(@Query('token') token: unknown, @Req() request: AdminRequest, @Res() response: HeaderResponse): void {
    if (this.access.rule === 'guard' || this.access.rule === 'closed') throw new ClosedError(request);
    if (typeof token !== 'string' || !this.access.roleOf(token)) throw wrongToken(this.access.path);
    response.header('set-cookie', sessionCookie(request, sessionOf(token)));
    response.header('cache-control', 'no-store');
    response.header('referrer-policy', 'no-referrer');
    this.host.httpAdapter.redirect(response, 303, `../${this.access.path.name}`);
  }
}
