import { Controller, Get, Redirect } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';

/** The dashboard's address shows the admin API's routes, each of which can be tried out there. */
@ApiExcludeController()
@Controller('jobs')
export class DashboardController {
  @Get()
  @Redirect('/docs#/jobs')
  show(): void {}
}
