import { RequiresAccess } from '@monstera/jobs-dashboard';
import { Controller, Get, Inject, Redirect } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';

export const DASHBOARD_PLACE = Symbol('DASHBOARD_PLACE');

/** The dashboard's address shows the admin API's routes, each of which can be tried out there, or what runs here. */
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
