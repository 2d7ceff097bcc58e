import { JobOperations, type JobOperation } from '@monstera/jobs';
import { Get, HttpCode, Param, Post, Req } from '@nestjs/common';
import { ApiConflictResponse, ApiNotFoundResponse, ApiOkResponse, ApiOperation, ApiParam } from '../docs/swagger.js';
import type { z } from 'zod';
import { AdminAccess } from '../access/admin-access.js';
import { AdminController } from '../access/admin-controller.decorator.js';
import type { AdminRequest } from '../access/admin-request.js';
import { emptyRequestSchema } from '../jobs/enqueue-request.js';
import { operationAnswerSchema, operationsAnswerSchema, operationsQuerySchema } from './operation-answer.js';
import { Body, Query } from '../requests/request-values.js';

const unknown = { description: 'JOBS_UNKNOWN_OPERATION' };

/** Actions on more than 1,000 jobs, which workers go through in the background. */
@AdminController('operations')
export class OperationsController {
  constructor(
    private readonly operations: JobOperations,
    private readonly access: AdminAccess,
  ) {}

  @Get()
  @ApiOperation({ operationId: 'listOperations', summary: 'Actions on many jobs that go on in the background' })
  @ApiOkResponse({ standardSchema: operationsAnswerSchema })
  async list(
    @Query({ schema: operationsQuerySchema }) { limit }: z.infer<typeof operationsQuerySchema>,
  ): Promise<{ operations: JobOperation[] }> {
    return { operations: await this.operations.list({ limit }) };
  }

  @Get(':id')
  @ApiOperation({ operationId: 'getOperation', summary: 'How far an action on many jobs is' })
  @ApiParam({ name: 'id', format: 'uuid' })
  @ApiOkResponse({ standardSchema: operationAnswerSchema })
  @ApiNotFoundResponse(unknown)
  get(@Param('id') id: string): Promise<JobOperation> {
    return this.operations.get(id);
  }

  @Post(':id/cancel')
  @HttpCode(200)
  @ApiOperation({ operationId: 'cancelOperation', summary: 'Ends an action; what has been changed stays so' })
  @ApiParam({ name: 'id', format: 'uuid' })
  @ApiOkResponse({ standardSchema: operationAnswerSchema })
  @ApiNotFoundResponse(unknown)
  @ApiConflictResponse({ description: 'JOBS_OPERATION_ENDED' })
  cancel(
    @Req() request: AdminRequest,
    @Param('id') id: string,
    @Body({ schema: emptyRequestSchema }) _body: unknown,
  ): Promise<JobOperation> {
    return this.operations.cancel(id, { actor: this.access.actor(request), manager: null });
  }
}
