import { Controller, Get } from '@nestjs/common';
import { HealthCheck, HealthCheckService, type HealthCheckResult } from '@nestjs/terminus';
import { JobsHealthIndicator } from '../observe/job-health.js';

/** No pages about probes in an OpenAPI document: for their sake each worker would load Swagger, 17 MB and 90 ms. */
const UNDOCUMENTED = { noCache: true, swaggerDocumentation: false };

/** The probes of Kubernetes and the like: 200, or 503 with the reason. */
@Controller('health')
export class HealthController {
  constructor(
    private readonly health: HealthCheckService,
    private readonly jobs: JobsHealthIndicator,
  ) {}

  @Get('startup')
  @HealthCheck(UNDOCUMENTED)
  startup(): Promise<HealthCheckResult> {
    return this.health.check([() => this.jobs.isStarted()]);
  }

  @Get('live')
  @HealthCheck(UNDOCUMENTED)
  live(): Promise<HealthCheckResult> {
    return this.health.check([() => this.jobs.isLive()]);
  }

  @Get('ready')
  @HealthCheck(UNDOCUMENTED)
  ready(): Promise<HealthCheckResult> {
    return this.health.check([() => this.jobs.isReady()]);
  }
}
