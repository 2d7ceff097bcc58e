import { JobQueues, type JobQueue, type JobQueueList } from '@monstera/jobs';
import { Get, HttpCode, Param, Post, Req } from '@nestjs/common';
import { ApiNotFoundResponse, ApiOkResponse, ApiOperation, ApiParam } from '../docs/swagger.js';
import { AdminAccess } from '../access/admin-access.js';
import { AdminController } from '../access/admin-controller.decorator.js';
import type { AdminRequest } from '../access/admin-request.js';
import { TakesReads } from '../live/shared-reads.interceptor.js';
import { emptyRequestSchema } from '../jobs/enqueue-request.js';
import { Body, Query } from '../requests/request-values.js';
import { queueAnswerSchema, queuesAnswerSchema } from './queue-answer.js';
import { pauseRequestSchema, type PauseRequest } from '../requests/pause-request.js';
import { queuesQuerySchema, type QueuesQuery } from './queue-requests.js';

const unknown = { description: 'JOBS_UNKNOWN_QUEUE, with the nearest known name' };

@AdminController('queues')
export class QueuesController {
  constructor(
    private readonly queues: JobQueues,
    private readonly access: AdminAccess,
  ) {}

  @Get()
  @TakesReads(3)
  @ApiOperation({ operationId: 'listQueues', summary: 'Queues with their jobs, their workers and their pauses' })
  @ApiOkResponse({ standardSchema: queuesAnswerSchema })
  list(@Query({ schema: queuesQuerySchema }) query: QueuesQuery): Promise<JobQueueList> {
    return this.queues.list(query);
  }

  @Post(':name/pause')
  @HttpCode(200)
  @ApiOperation({
    operationId: 'pauseQueue',
    summary: 'Pauses a queue for all workers, or changes the end of its pause',
  })
  @ApiParam({ name: 'name', description: 'Of the queue' })
  @ApiOkResponse({ standardSchema: queueAnswerSchema })
  @ApiNotFoundResponse(unknown)
  async pause(
    @Req() request: AdminRequest,
    @Param('name') name: string,
    @Body({ schema: pauseRequestSchema }) body: PauseRequest,
  ): Promise<JobQueue> {
    await this.queues.pause(name, { ...body, actor: this.access.actor(request) });
    return this.queues.get(name);
  }

  @Post(':name/resume')
  @HttpCode(200)
  @ApiOperation({ operationId: 'resumeQueue', summary: 'Ends the pause of a queue' })
  @ApiParam({ name: 'name', description: 'Of the queue' })
  @ApiOkResponse({ standardSchema: queueAnswerSchema })
  @ApiNotFoundResponse(unknown)
  async resume(
    @Req() request: AdminRequest,
    @Param('name') name: string,
    @Body({ schema: emptyRequestSchema }) _body: unknown,
  ): Promise<JobQueue> {
    await this.queues.resume(name, { actor: this.access.actor(request) });
    return this.queues.get(name);
  }
}
