import { RequiresAccess } from '@monstera/jobs-dashboard';
import { Controller, Get, Inject, Req, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { homePage, type Home } from './home-page.js';

export const HOME = Symbol('HOME');

/** The page loads nothing and runs nothing. */
const CONTENT_SECURITY_POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** What is needed of Express's request and response. */
interface HomeRequest {
  accepts(types: string[]): string | false;
}

interface HomeResponse {
  vary(header: string): unknown;
  type(type: string): unknown;
  set(header: string, value: string): unknown;
}

/** The address that a start prints: whoever opens it wants to know what there is. */
@ApiExcludeController()
@Controller()
@RequiresAccess('anyone')
export class HomeController {
  constructor(@Inject(HOME) private readonly home: Home) {}

  /** A page for browsers, JSON for others. */
  @Get()
  show(@Req() request: HomeRequest, @Res({ passthrough: true }) response: HomeResponse) {
    response.vary('accept');
    if (request.accepts(['json', 'html']) !== 'html') return { name: 'Monstera', ...this.home };
    response.type('html');
    response.set('content-security-policy', CONTENT_SECURITY_POLICY);
    return homePage(this.home);
  }
}
