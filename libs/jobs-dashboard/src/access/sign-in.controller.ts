import { Controller, Get, Query, Redirect, Req, Res, UseFilters } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
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
@Controller('jobs/sign-in')
@RequiresAccess('anyone')
@UseFilters(RefusalPageFilter)
export class SignInController {
  constructor(private readonly access: AdminAccess) {}

  /** The redirect removes the token from the address bar. Its target is relative, so that a proxy can add a prefix. */
  @Get()
  @Redirect('../jobs', 303)
  signIn(
    @Query('token') token: unknown,
    @Req() request: AdminRequest,
    @Res({ passthrough: true }) response: HeaderResponse,
  ): void {
    if (this.access.rule === 'guard' || this.access.rule === 'closed') throw new ClosedError(request);
    if (typeof token !== 'string' || !this.access.roleOf(token)) throw wrongToken();
    response.header('set-cookie', sessionCookie(request, sessionOf(token)));
    response.header('cache-control', 'no-store');
    response.header('referrer-policy', 'no-referrer');
  }
}
