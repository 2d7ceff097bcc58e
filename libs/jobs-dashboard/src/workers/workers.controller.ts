import { JobWorkers, type JobWorkerView } from '@monstera/jobs';
import { applyDecorators, Get, HttpCode, Param, Post, Req } from '@nestjs/common';
import {
  ApiBadRequestResponse,
  ApiConflictResponse,
  ApiNotFoundResponse,
  ApiOkResponse,
  ApiOperation,
  ApiParam,
} from '../docs/swagger.js';
import { AdminAccess } from '../access/admin-access.js';
import { AdminController } from '../access/admin-controller.decorator.js';
import type { AdminRequest } from '../access/admin-request.js';
import { emptyRequestSchema } from '../jobs/enqueue-request.js';
import {
  concurrencyRequestSchema,
  steeredWorkersSchema,
  workersAnswerSchema,
  type ConcurrencyRequest,
} from './worker-answer.js';
import { Body } from '../requests/request-values.js';

const Steers = (path: string, operationId: string, summary: string): MethodDecorator =>
  applyDecorators(
    Post(path),
    HttpCode(200),
    ApiOperation({ operationId, summary }),
    ApiOkResponse({ standardSchema: steeredWorkersSchema }),
    ApiBadRequestResponse({ description: 'JOBS_INVALID_REQUEST, or JOBS_INVALID_OPTION' }),
  );

const OfOne = (): MethodDecorator =>
  applyDecorators(
    ApiParam({ name: 'id', description: 'Of the worker' }),
    ApiNotFoundResponse({ description: 'JOBS_UNKNOWN_WORKER: no worker with the id lives' }),
  );
import { TakesReads } from '../live/shared-reads.interceptor.js';

@AdminController('workers')
export class WorkersController {
  constructor(
    private readonly workers: JobWorkers,
    private readonly access: AdminAccess,
  ) {}

  @Get()
  @TakesReads(2)
  @ApiOperation({ operationId: 'listWorkers', summary: 'Living workers and those that died lately' })
  @ApiOkResponse({ standardSchema: workersAnswerSchema })
  async list(): Promise<{ workers: JobWorkerView[] }> {
    return { workers: await this.workers.list() };
  }

  @Steers('concurrency', 'setConcurrencyOfAll', 'Sets how many jobs each living worker runs at once')
  async setAll(
    @Req() request: AdminRequest,
    @Body({ schema: concurrencyRequestSchema }) { concurrency }: ConcurrencyRequest,
  ): Promise<{ workers: number }> {
    return { workers: await this.workers.setConcurrency('all', concurrency, { actor: this.access.actor(request) }) };
  }

  @Steers(':id/concurrency', 'setConcurrency', 'Sets how many jobs a worker runs at once, until it restarts')
  @OfOne()
  @ApiConflictResponse({ description: 'JOBS_POOL_TOO_SMALL: its pool of connections is too small for so many' })
  async set(
    @Req() request: AdminRequest,
    @Param('id') id: string,
    @Body({ schema: concurrencyRequestSchema }) { concurrency }: ConcurrencyRequest,
  ): Promise<{ workers: number }> {
    return { workers: await this.workers.setConcurrency(id, concurrency, { actor: this.access.actor(request) }) };
  }

  @Steers(':id/drain', 'drainWorker', 'Lets a worker finish what it runs and start nothing more')
  @OfOne()
  async drain(
    @Req() request: AdminRequest,
    @Param('id') id: string,
    @Body({ schema: emptyRequestSchema }) _body: unknown,
  ): Promise<{ workers: number }> {
    await this.workers.drain(id, { actor: this.access.actor(request) });
    return { workers: 1 };
  }

  @Steers(':id/resume', 'resumeWorker', 'Lets a drained worker start jobs again')
  @OfOne()
  async resume(
    @Req() request: AdminRequest,
    @Param('id') id: string,
    @Body({ schema: emptyRequestSchema }) _body: unknown,
  ): Promise<{ workers: number }> {
    await this.workers.resume(id, { actor: this.access.actor(request) });
    return { workers: 1 };
  }
}
