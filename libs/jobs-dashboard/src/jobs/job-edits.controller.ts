import { JobService, type UpdatedJob } from '@monstera/jobs';
import { applyDecorators, HttpCode, Param, Post, Req } from '@nestjs/common';
import {
  ApiConflictResponse,
  ApiNotFoundResponse,
  ApiOkResponse,
  ApiOperation,
  ApiParam,
  ApiUnprocessableEntityResponse,
} from '../docs/swagger.js';
import { AdminAccess } from '../access/admin-access.js';
import { AdminController } from '../access/admin-controller.decorator.js';
import type { AdminRequest } from '../access/admin-request.js';
import {
  rescheduleRequestSchema,
  toNewTime,
  toUpdate,
  updatedSchema,
  updateRequestSchema,
  type RescheduleRequest,
  type UpdateRequest,
} from './edit-request.js';
import { Body } from '../requests/request-values.js';

const Edit = (verb: string, operationId: string, summary: string): MethodDecorator =>
  applyDecorators(
    Post(`:id/${verb}`),
    HttpCode(200),
    ApiOperation({ operationId, summary }),
    ApiParam({ name: 'id', format: 'uuid' }),
    ApiOkResponse({ standardSchema: updatedSchema }),
    ApiNotFoundResponse({ description: 'JOBS_NOT_FOUND' }),
    ApiConflictResponse({ description: 'JOBS_NOT_PENDING' }),
  );

/** Changes single jobs that are pending, each with an entry in the audit. */
@AdminController('jobs')
export class JobEditsController {
  constructor(
    private readonly jobs: JobService,
    private readonly access: AdminAccess,
  ) {}

  @Edit('update', 'updateJob', 'Changes the payload, the due time or the priority of a pending job')
  @ApiUnprocessableEntityResponse({ description: 'JOBS_INVALID_PAYLOAD with each field that is wrong' })
  update(
    @Req() request: AdminRequest,
    @Param('id') id: string,
    @Body({ schema: updateRequestSchema }) body: UpdateRequest,
  ): Promise<UpdatedJob> {
    return this.jobs.update(id, toUpdate(body), { actor: this.access.actor(request), manager: null });
  }

  @Edit('reschedule', 'rescheduleJob', 'Sets when a pending job falls due')
  reschedule(
    @Req() request: AdminRequest,
    @Param('id') id: string,
    @Body({ schema: rescheduleRequestSchema }) body: RescheduleRequest,
  ): Promise<UpdatedJob> {
    return this.jobs.reschedule(id, toNewTime(body), { actor: this.access.actor(request), manager: null });
  }
}
