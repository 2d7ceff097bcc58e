import { JobService, type ActionResult, type JobSelection } from '@monstera/jobs';
import { applyDecorators, HttpCode, Post, Req } from '@nestjs/common';
import { ApiBadRequestResponse, ApiOkResponse, ApiOperation } from '../docs/swagger.js';
import { AdminAccess } from '../access/admin-access.js';
import { AdminController } from '../access/admin-controller.decorator.js';
import type { AdminRequest } from '../access/admin-request.js';
import { Body } from '../requests/request-values.js';
import { actionRequestSchema, actionResultSchema, toActionFilter, type ActionRequest } from './action-request.js';

const Action = (path: string, operationId: string, summary: string): MethodDecorator =>
  applyDecorators(
    Post(path),
    HttpCode(200),
    ApiOperation({ operationId, summary }),
    ApiOkResponse({ standardSchema: actionResultSchema }),
    ApiBadRequestResponse({ description: 'JOBS_INVALID_REQUEST, or JOBS_INVALID_OPTION with the field that is wrong' }),
  );

/** Actions on all jobs that match a filter. Each is one transaction, with one entry in the audit. */
@AdminController('jobs/actions')
export class JobActionsController {
  constructor(
    private readonly jobs: JobService,
    private readonly access: AdminAccess,
  ) {}

  @Action('retry', 'retryJobs', 'Makes failed and cancelled jobs due again, with all their attempts')
  retry(@Req() request: AdminRequest, @Body({ schema: actionRequestSchema }) body: ActionRequest) {
    return this.act('retry', request, body);
  }

  @Action('cancel', 'cancelJobs', 'Cancels pending jobs, and asks the workers of running ones to')
  cancel(@Req() request: AdminRequest, @Body({ schema: actionRequestSchema }) body: ActionRequest) {
    return this.act('cancel', request, body);
  }

  @Action('delete', 'deleteJobs', 'Deletes finished jobs; nothing brings them back')
  delete(@Req() request: AdminRequest, @Body({ schema: actionRequestSchema }) body: ActionRequest) {
    return this.act('delete', request, body);
  }

  @Action('run-now', 'runJobsNow', 'Makes pending jobs due now that wait for a later time')
  runNow(@Req() request: AdminRequest, @Body({ schema: actionRequestSchema }) body: ActionRequest) {
    return this.act('runNow', request, body);
  }

  @Action('replay', 'replayJobs', 'Enqueues finished jobs once more, as new jobs')
  replay(@Req() request: AdminRequest, @Body({ schema: actionRequestSchema }) body: ActionRequest) {
    return this.act('replay', request, body);
  }

  private act(
    action: 'retry' | 'cancel' | 'delete' | 'runNow' | 'replay',
    request: AdminRequest,
    { filter, atMost }: ActionRequest,
  ): Promise<ActionResult> {
    const selection: JobSelection = this.jobs.where(toActionFilter(filter));
    return selection[action]({ atMost, actor: this.access.actor(request), manager: null });
  }
}
