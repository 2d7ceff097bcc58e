import {
  JobService,
  type CancelledJob,
  type EnqueuedJob,
  type JobCount,
  type JobLog,
  type JobPage,
  type WhyNotRunning,
} from '@monstera/jobs';
import { Get, HttpCode, Param, Post, Req, Res } from '@nestjs/common';
import {
  ApiAcceptedResponse,
  ApiConflictResponse,
  ApiCreatedResponse,
  ApiNotFoundResponse,
  ApiOkResponse,
  ApiOperation,
  ApiParam,
  ApiUnprocessableEntityResponse,
} from '../docs/swagger.js';
import { AdminAccess } from '../access/admin-access.js';
import { AdminController } from '../access/admin-controller.decorator.js';
import type { AdminRequest } from '../access/admin-request.js';
import { Body, Query } from '../requests/request-values.js';
import { TakesReads } from '../live/shared-reads.interceptor.js';
import { AdminActions } from './admin-actions.js';
import { emptyRequestSchema, enqueuedSchema, enqueueRequestSchema, type EnqueueRequest } from './enqueue-request.js';
import {
  cancelledSchema,
  jobCountSchema,
  jobLogSchema,
  jobPageSchema,
  retriedSchema,
  whyAnswerSchema,
} from './job-answer.js';
import {
  countQuerySchema,
  listQuerySchema,
  logQuerySchema,
  toFilter,
  type CountQuery,
  type ListQuery,
  type LogQuery,
} from './select-request.js';

/** A method that the responses of Express and Fastify both have. */
interface StatusResponse {
  status(code: number): unknown;
}

const notFound = { description: 'JOBS_NOT_FOUND' };

@AdminController('jobs')
export class JobsController {
  constructor(
    private readonly jobs: JobService,
    private readonly actions: AdminActions,
    private readonly access: AdminAccess,
  ) {}

  @Post()
  @ApiOperation({ operationId: 'enqueueJob', summary: 'Adds a job' })
  @ApiCreatedResponse({ standardSchema: enqueuedSchema })
  @ApiUnprocessableEntityResponse({
    description: 'JOBS_UNKNOWN_TYPE, or JOBS_INVALID_PAYLOAD with each field that is wrong',
  })
  enqueue(
    @Req() request: AdminRequest,
    @Body({ schema: enqueueRequestSchema }) body: EnqueueRequest,
  ): Promise<EnqueuedJob> {
    return this.actions.enqueue(this.access.actor(request), body);
  }

  @Get()
  @ApiOperation({ operationId: 'listJobs', summary: 'Lists jobs page by page, newest first' })
  @ApiOkResponse({ standardSchema: jobPageSchema })
  list(
    @Req() request: AdminRequest,
    @Query({ schema: listQuerySchema }) { limit, after, ...filter }: ListQuery,
  ): Promise<JobPage> {
    this.access.requireVisible(request, filter);
    return this.jobs.where(toFilter(filter)).list({ limit, after });
  }

  @Get('count')
  @ApiOperation({ operationId: 'countJobs', summary: 'Counts jobs, up to 10,000' })
  @ApiOkResponse({ standardSchema: jobCountSchema })
  count(@Req() request: AdminRequest, @Query({ schema: countQuerySchema }) filter: CountQuery): Promise<JobCount> {
    this.access.requireVisible(request, filter);
    return this.jobs.where(toFilter(filter)).count();
  }

  @Get(':id/logs')
  @ApiOperation({
    operationId: 'listJobLog',
    summary: 'Lists what a job has logged, the last lines or those after a line',
  })
  @ApiParam({ name: 'id', format: 'uuid' })
  @ApiOkResponse({ standardSchema: jobLogSchema })
  @ApiNotFoundResponse(notFound)
  logs(@Param('id') id: string, @Query({ schema: logQuerySchema }) query: LogQuery): Promise<JobLog> {
    return this.jobs.logs(id, query);
  }

  @Get(':id/why')
  @TakesReads(2)
  @ApiOperation({ operationId: 'explainJob', summary: 'Says why a job is not running, and what to do' })
  @ApiParam({ name: 'id', format: 'uuid' })
  @ApiOkResponse({ standardSchema: whyAnswerSchema })
  @ApiNotFoundResponse(notFound)
  why(@Param('id') id: string): Promise<WhyNotRunning> {
    return this.jobs.whyNotRunning(id);
  }

  @Post(':id/cancel')
  @HttpCode(200)
  @ApiOperation({ operationId: 'cancelJob', summary: 'Cancels a job, or asks its worker to' })
  @ApiParam({ name: 'id', format: 'uuid' })
  @ApiOkResponse({ description: 'Cancelled before it started', standardSchema: cancelledSchema })
  @ApiAcceptedResponse({ description: 'It is running; its worker has been asked', standardSchema: cancelledSchema })
  @ApiNotFoundResponse(notFound)
  @ApiConflictResponse({ description: 'JOBS_ALREADY_FINISHED' })
  async cancel(
    @Req() request: AdminRequest,
    @Res({ passthrough: true }) response: StatusResponse,
    @Param('id') id: string,
    @Body({ schema: emptyRequestSchema }) _body: unknown,
  ): Promise<CancelledJob> {
    const cancelled = await this.actions.cancel(this.access.actor(request), id);
    if (cancelled.status === 'processing') response.status(202);
    return cancelled;
  }

  @Post(':id/retry')
  @HttpCode(200)
  @ApiOperation({
    operationId: 'retryJob',
    summary: 'Makes a failed or cancelled job due again, with all its attempts',
  })
  @ApiParam({ name: 'id', format: 'uuid' })
  @ApiOkResponse({ standardSchema: retriedSchema })
  @ApiNotFoundResponse(notFound)
  @ApiConflictResponse({ description: 'JOBS_NOT_RETRYABLE or JOBS_UNIQUE_KEY_TAKEN' })
  retry(
    @Req() request: AdminRequest,
    @Param('id') id: string,
    @Body({ schema: emptyRequestSchema }) _body: unknown,
  ): Promise<{ id: string; status: 'pending' }> {
    return this.actions.retry(this.access.actor(request), id);
  }
}
