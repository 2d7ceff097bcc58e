import { JobWorkers, type JobWorkerView } from '@monstera/jobs';
import { Get } from '@nestjs/common';
import { ApiOkResponse, ApiOperation } from '@nestjs/swagger';
import { AdminController } from '../access/admin-controller.decorator.js';
import { TakesReads } from '../live/shared-reads.interceptor.js';
import { workersAnswerSchema } from './worker-answer.js';

@AdminController('workers')
export class WorkersController {
  constructor(private readonly workers: JobWorkers) {}

  @Get()
  @TakesReads(2)
  @ApiOperation({ operationId: 'listWorkers', summary: 'Living workers and those that died lately' })
  @ApiOkResponse({ standardSchema: workersAnswerSchema })
  async list(): Promise<{ workers: JobWorkerView[] }> {
    return { workers: await this.workers.list() };
  }
}
