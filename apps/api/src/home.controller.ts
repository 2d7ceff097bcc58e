import { RequiresAccess } from '@monstera/jobs-dashboard';
import { Controller, Get, Inject, Req, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { homePage, type Home } from './home-page.js';

export const HOME = Symbol('HOME');

/** The page loads nothing and runs no scripts. */
const CONTENT_SECURITY_POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** The parts of Express's request and response that the route uses. */
interface HomeRequest {
  accepts(types: string[]): string | false;
}

interface HomeResponse {
  vary(header: string): unknown;
  type(type: string): unknown;
  set(header: string, value: string): unknown;
}

/** Serves the address that a start prints, with links to everything else. */
@ApiExcludeController()
@Controller()
@RequiresAccess('anyone')
export class HomeController {
  constructor(@Inject(HOME) private readonly home: Home) {}

  /** Answers browsers with a page, and other clients with JSON. */
  @Get()
  show(@Req() request: HomeRequest, @Res({ passthrough: true }) response: HomeResponse) {
    response.vary('accept');
    if (request.accepts(['json', 'html']) !== 'html') return { name: 'Monstera', ...this.home };
    response.type('html');
    response.set('content-security-policy', CONTENT_SECURITY_POLICY);
    return homePage(this.home);
  }
}
