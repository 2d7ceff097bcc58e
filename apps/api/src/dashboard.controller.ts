import { RequiresAccess } from '@monstera/jobs-dashboard';
import { Controller, Get, Inject, Redirect } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';

export const DASHBOARD_PLACE = Symbol('DASHBOARD_PLACE');

/** Redirects the dashboard's address to the OpenAPI page, where the admin API can be tried, or to the home page. */
@ApiExcludeController()
@Controller()
@RequiresAccess('anyone')
export class DashboardController {
  constructor(@Inject(DASHBOARD_PLACE) private readonly place: string) {}

  @Get('jobs')
  @Redirect()
  show() {
    return { url: this.place };
  }
}
