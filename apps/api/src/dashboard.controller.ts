import { Controller, Get, Redirect } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';

/** The dashboard's address shows the admin API's routes, each of which can be tried out there. */
@ApiExcludeController()
@Controller()
export class DashboardController {
  @Get('jobs')
  @Redirect('/docs#/jobs')
  show(): void {}

  /** The address that a start prints: whoever opens it wants to know what there is. */
  @Get()
  @Redirect('/docs')
  showRoutes(): void {}
}
