import { Get, NotFoundException, Res, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { JobMetrics } from '../observe/metrics/job-metrics.js';
import { JobsRoute } from './jobs-route.js';
import { send } from './send.js';
import { report } from '../report/report.js';

const NO_METRICS =
  'There are no metrics: they need the package prom-client. Install it, or turn the route off with ' +
  'JobsModule.forRoot({ http: { metrics: false } }).';

/** Serves all metrics of the registry, including the host's own, in the text format of Prometheus. */
@JobsRoute('metrics')
export class MetricsController implements OnModuleInit {
  constructor(
    private readonly metrics: JobMetrics,
    private readonly host: HttpAdapterHost,
  ) {}

  onModuleInit(): void {
    if (!this.metrics.registry) report('boot_warning', { message: NO_METRICS });
  }

  @Get()
  async scrape(@Res() response: unknown): Promise<void> {
    const { registry } = this.metrics;
    if (!registry) throw new NotFoundException(NO_METRICS);
    const body = await registry.metrics();
    send(this.host, response, { status: 200, body, headers: { 'content-type': registry.contentType } });
  }
}
