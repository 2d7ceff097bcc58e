import { Controller, Get, Res } from '@nestjs/common';
import { JobMetrics } from '../observe/job-metrics.js';

/** What Express and Fastify have in common. */
interface HeaderResponse {
  header(name: string, value: string): unknown;
}

/** Everything on the registry, the host's own metrics included, in the text format of Prometheus. */
@Controller('metrics')
export class MetricsController {
  constructor(private readonly metrics: JobMetrics) {}

  @Get()
  scrape(@Res({ passthrough: true }) response: HeaderResponse): Promise<string> {
    const { registry } = this.metrics;
    response.header('content-type', registry.contentType);
    return registry.metrics();
  }
}
