import { Get, HttpStatus, Inject, Res } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { JOBS_HEALTH, type JobsHealthIndicator, type JobsHealthResult } from '../observe/health/job-health.js';
import { JobsRoute } from './jobs-route.js';
import { send, type Answer } from './send.js';

/** The same shape as the answers of Terminus. */
interface HealthAnswer {
  status: 'ok' | 'degraded' | 'error';
  /** Indicators that are up or degraded. */
  info: Partial<JobsHealthResult>;
  /** Indicators that are down. */
  error: Partial<JobsHealthResult>;
  details: JobsHealthResult;
}

const NO_CACHE = { 'cache-control': 'no-cache, no-store, must-revalidate' };

/**
 * Probes for Kubernetes and similar systems: 200, or 503 with the reason. They are not in an OpenAPI document, because
 * every worker would have to load Swagger for it.
 */
@JobsRoute('health')
export class HealthController {
  constructor(
    @Inject(JOBS_HEALTH) private readonly jobs: JobsHealthIndicator,
    private readonly host: HttpAdapterHost,
  ) {}

  @Get('startup')
  startup(@Res() response: unknown): void {
    send(this.host, response, answerOf(this.jobs.isStarted()));
  }

  @Get('live')
  live(@Res() response: unknown): void {
    send(this.host, response, answerOf(this.jobs.isLive()));
  }

  @Get('ready')
  async ready(@Res() response: unknown): Promise<void> {
    send(this.host, response, answerOf(await this.jobs.isReady()));
  }
}

function answerOf(details: JobsHealthResult): Answer {
  const { status } = details.jobs;
  const isDown = status === 'down';
  const body: HealthAnswer = isDown
    ? { status: 'error', info: {}, error: details, details }
    : { status: status === 'up' ? 'ok' : status, info: details, error: {}, details };
  return { status: isDown ? HttpStatus.SERVICE_UNAVAILABLE : HttpStatus.OK, body, headers: NO_CACHE };
}
