import { Controller, Get, Query, Redirect, Req, Res, UseFilters } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { AdminProblemFilter } from './admin-problem.filter.js';
import { ClosedError, wrongToken } from './access.errors.js';
import { AdminAccess } from './admin-access.js';
import type { AdminRequest } from './admin-request.js';
import { RequiresAccess } from './role.js';
import { sessionOf } from './secrets.js';
import { sessionCookie } from './session-cookie.js';

/** What Express and Fastify have in common. */
interface HeaderResponse {
  header(name: string, value: string): unknown;
}

/** The link that carries the token: whoever opens it is signed in with this browser, and goes on to the dashboard. */
@ApiExcludeController()
@Controller('jobs/sign-in')
@RequiresAccess('anyone')
@UseFilters(AdminProblemFilter)
export class SignInController {
  constructor(private readonly access: AdminAccess) {}

  /** The redirect takes the token out of the address bar; its own address, so that a proxy may put a path before it. */
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
