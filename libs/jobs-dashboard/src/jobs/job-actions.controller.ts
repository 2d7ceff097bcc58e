import { JobService, type ActionOptions, type ActionResult, type JobSelection } from '@monstera/jobs';
import { applyDecorators, HttpCode, Post, Req, Res } from '@nestjs/common';
import {
  ApiAcceptedResponse,
  ApiBadRequestResponse,
  ApiOkResponse,
  ApiOperation,
  ApiTooManyRequestsResponse,
} from '../docs/swagger.js';
import { AdminAccess } from '../access/admin-access.js';
import { AdminController } from '../access/admin-controller.decorator.js';
import type { AdminRequest } from '../access/admin-request.js';
import { Body } from '../requests/request-values.js';
import {
  actionRequestSchema,
  actionResultSchema,
  rescheduleManySchema,
  toActionFilter,
  type ActionRequest,
  type RescheduleManyRequest,
} from './action-request.js';
import { toNewTime } from './edit-request.js';

/** A method that the responses of Express and Fastify both have. */
interface StatusResponse {
  status(code: number): unknown;
}

const Action = (path: string, operationId: string, summary: string): MethodDecorator =>
  applyDecorators(
    Post(path),
    HttpCode(200),
    ApiOperation({ operationId, summary }),
    ApiOkResponse({ standardSchema: actionResultSchema }),
    ApiAcceptedResponse({
      description: 'More than 1,000 jobs match: workers change them in the background',
      standardSchema: actionResultSchema,
    }),
    ApiBadRequestResponse({ description: 'JOBS_INVALID_REQUEST, or JOBS_INVALID_OPTION with the field that is wrong' }),
    ApiTooManyRequestsResponse({ description: 'JOBS_TOO_MANY_OPERATIONS' }),
  );

const ActionBody = () => Body({ schema: actionRequestSchema });
const Answer = () => Res({ passthrough: true });

/** Actions on all jobs that match a filter, each with one entry in the audit. */
@AdminController('jobs/actions')
export class JobActionsController {
  constructor(
    private readonly jobs: JobService,
    private readonly access: AdminAccess,
  ) {}

  @Action('retry', 'retryJobs', 'Makes failed and cancelled jobs due again, with all their attempts')
  retry(@Req() request: AdminRequest, @Answer() response: StatusResponse, @ActionBody() body: ActionRequest) {
    return this.act(request, response, body, (jobs, options) => jobs.retry(options));
  }

  @Action('cancel', 'cancelJobs', 'Cancels pending jobs, and asks the workers of running ones to')
  cancel(@Req() request: AdminRequest, @Answer() response: StatusResponse, @ActionBody() body: ActionRequest) {
    return this.act(request, response, body, (jobs, options) => jobs.cancel(options));
  }

  @Action('delete', 'deleteJobs', 'Deletes finished jobs; nothing brings them back')
  delete(@Req() request: AdminRequest, @Answer() response: StatusResponse, @ActionBody() body: ActionRequest) {
    return this.act(request, response, body, (jobs, options) => jobs.delete(options));
  }

  @Action('run-now', 'runJobsNow', 'Makes pending jobs due now that wait for a later time')
  runNow(@Req() request: AdminRequest, @Answer() response: StatusResponse, @ActionBody() body: ActionRequest) {
    return this.act(request, response, body, (jobs, options) => jobs.runNow(options));
  }

  @Action('reschedule', 'rescheduleJobs', 'Sets when pending jobs fall due')
  reschedule(
    @Req() request: AdminRequest,
    @Answer() response: StatusResponse,
    @Body({ schema: rescheduleManySchema }) body: RescheduleManyRequest,
  ) {
    const time = toNewTime(body);
    return this.act(request, response, body, (jobs, options) => jobs.reschedule(time, options));
  }

  @Action('replay', 'replayJobs', 'Enqueues finished jobs once more, as new jobs')
  replay(@Req() request: AdminRequest, @Answer() response: StatusResponse, @ActionBody() body: ActionRequest) {
    return this.act(request, response, body, (jobs, options) => jobs.replay(options));
  }

  private async act(
    request: AdminRequest,
    response: StatusResponse,
    { filter, atMost }: ActionRequest,
    perform: (jobs: JobSelection, options: ActionOptions) => Promise<ActionResult>,
  ): Promise<ActionResult> {
    const options = { atMost, actor: this.access.actor(request), manager: null };
    const result = await perform(this.jobs.where(toActionFilter(filter)), options);
    if (result.operation !== undefined) response.status(202);
    return result;
  }
}
